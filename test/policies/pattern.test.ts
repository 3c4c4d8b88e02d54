import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob, matchesWhole, patternFault } from '../../src/policies/pattern.ts';

test.each([
  ['INC-[0-9]+', true],
  ['', true],
  ['(', false],
  ['(?=a)', false],
  [String.raw`(a)\1`, false],
  ['(a{1000}){1000}', false],
])('%j is a pattern: %s', (pattern, expected) => {
  expect(patternFault(pattern) === undefined).toBe(expected);
});

test.each([
  ['a|ab', 'ab', true],
  ['INC-[0-9]+', 'INC-1 x', false],
  ['INC-.*', 'INC-1\nx', false],
  ['(?s)INC-.*', 'INC-1\nx', true],
])('%j matches the whole of %j: %s', (pattern, text, expected) => {
  expect(matchesWhole(pattern, text)).toBe(expected);
});

test.each([
  ['orders_*', 'orders_reader', true],
  ['orders_*', 'orders_', true],
  ['orders_*', 'my_orders_reader', false],
  ['*', '', true],
  ['a.c', 'abc', false],
  ['a*c*e', 'abcde', true],
  ['', 'a', false],
])('the glob %j matches %j: %s', (glob, text, expected) => {
  expect(matchesGlob(glob, text)).toBe(expected);
});

test('a glob without a star matches itself alone, whatever it holds', () => {
  const word = fc.string({ unit: 'binary' }).filter((text) => !text.includes('*'));
  fc.assert(
    fc.property(word, word, (glob, text) => {
      expect(matchesGlob(glob, text)).toBe(glob === text);
      expect(matchesGlob(glob, glob)).toBe(true);
    }),
  );
});
