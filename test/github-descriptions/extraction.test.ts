import { expect, test } from 'vitest';
import { sandboxWebhooks } from './events.ts';
import { committedExtract } from './extract-file.ts';
import { toJsonSchema } from './json-schema.ts';
import { describedShapes } from './routes.ts';

test('the extract has every route and every webhook of the sandbox: if not, run npm run schemas', () => {
  const { operations, webhooks } = committedExtract();
  expect(Object.keys(operations)).toEqual([...describedShapes()].toSorted());
  expect(Object.keys(webhooks)).toEqual(sandboxWebhooks);
});

test('everything that the extract refers to is in it', () => {
  const extract = committedExtract();
  const names = [...JSON.stringify(extract).matchAll(/"\$ref":"github#\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name,
  );
  expect(names.filter((name) => !(`${name}` in extract.schemas))).toEqual([]);
});

test.each([
  [{ type: 'string', nullable: true }, { type: ['string', 'null'] }],
  [
    { type: 'string', nullable: true, enum: ['a'] },
    { type: ['string', 'null'], enum: ['a', null] },
  ],
  [
    { oneOf: [{ type: 'string' }], nullable: true },
    { anyOf: [{ anyOf: [{ type: 'string' }] }, { type: 'null' }] },
  ],
  [{ nullable: true, description: 'anything' }, {}],
  [
    { type: 'object', title: 'T', properties: { title: { type: 'string', example: 'x' } } },
    { type: 'object', properties: { title: { type: 'string' } } },
  ],
  [
    { type: 'array', 'x-github': 1, items: { type: 'integer', default: 1 } },
    { type: 'array', items: { type: 'integer' } },
  ],
])('%j as JSON Schema', (described, schema) => {
  expect(toJsonSchema(described)).toEqual(schema);
});
