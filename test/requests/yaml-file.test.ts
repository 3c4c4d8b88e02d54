import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { takeOut } from '../../src/requests/take-out.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { placeOf, placeOfKey, readYaml } from '../../src/requests/yaml-file.ts';

const pieces = [
  'requests:',
  '\n',
  '  ',
  '- ',
  'user: ',
  'mona',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '#',
  '"',
  "'",
  '|',
  '>',
  '&a ',
  '*a',
  '!t ',
  '---',
  '...',
  '?',
  ': ',
  '\t',
  '\r',
  '\uFEFF',
  '%',
  '<<',
  'reason: x',
  'template: t',
];
const soup = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

test('whatever the text: an answer, with every place inside it, and taking nothing out changes nothing', () => {
  fc.assert(
    fc.property(soup, (text) => {
      const lines = text.split('\n');
      const { violations } = parseRequestsFile('f', text);
      const outside = violations.filter(({ line, column }) => (lines[line - 1]?.length ?? -1) + 1 < column);
      expect(outside).toEqual([]);
      const same = 'violations' in readYaml('f', text) || takeOut(text, new Set(), new Map()) === text;
      expect(same).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('values and keys are found again where they stand, CRLF and lists within lists included', () => {
  const read = readYaml('f', 'a:\r\n  - b: 1\r\n    c: [2, { d: 3 }]\r\n');
  const file = 'file' in read ? read.file : undefined;
  const spots = file && [
    placeOf(file, ['a']),
    placeOf(file, ['a', 0, 'c', 1, 'd']),
    placeOfKey(file, ['a', 0, 'c']),
    placeOf(file, ['a', 0, 'missing']),
    placeOf(file, []),
  ];
  expect(spots?.map(({ line, column }) => `${line}:${column}`)).toEqual(['2:3', '3:17', '3:5', '2:5', '1:1']);
});

test('bytes that are no UTF-8 are refused where they stand, in a comment as well as in a value', () => {
  const text = Buffer.from('requests: []\n# caf\xe9\n', 'latin1').toString('utf8');
  expect(parseRequestsFile('f', text).violations).toMatchObject([
    { line: 2, column: 6, code: 'yaml-syntax', message: 'The file is no UTF-8 text.' },
  ]);
});
