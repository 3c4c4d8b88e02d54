import { readFile } from 'node:fs/promises';
import { isObjectType, parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { fieldsOf, schema } from '../../../src/sandbox/graphql/execution.ts';
import { extractSchema } from './schema-extraction.ts';

test("the committed schema is what GitHub's own says today", async () => {
  const committed = new URL('../../../src/sandbox/graphql/github.graphql', import.meta.url);
  const [ours, official] = await Promise.all([readFile(committed, 'utf8'), extractSchema()]);
  expect(print(parse(ours))).toBe(print(parse(official)));
  expect(ours).toContain('Licensed as MIT');
});

test('every field of a type with resolvers has one, and none has another', () => {
  for (const [name, fields] of Object.entries(fieldsOf)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`the schema has no ${name}`);
    const known = Object.keys(type.getFields());
    // Bots have no name of their own, and share what people have.
    const resolved = Object.keys(fields).filter((field) => name !== 'Bot' || field !== 'name');
    expect([name, resolved.toSorted()]).toEqual([name, known.toSorted()]);
  }
});
