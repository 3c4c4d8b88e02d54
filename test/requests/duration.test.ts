import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/requests/duration.ts';

test.each([
  ['30m', 30],
  ['4h', 240],
  ['2d', 2880],
  ['1d12h', 2160],
  ['1d2h3m', 1563],
  ['90m', 90],
  ['PT4H', 240],
  ['P1D', 1440],
  ['P1DT12H', 2160],
  ['PT90M', 90],
  ['', undefined],
  ['4', undefined],
  ['0h', undefined],
  ['PT0M', undefined],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['P1M', undefined],
  ['P1Y', undefined],
  ['P1W', undefined],
  ['1w', undefined],
  ['1y', undefined],
  ['30s', undefined],
  ['1.5h', undefined],
  ['-1h', undefined],
  ['+1h', undefined],
  ['4H', undefined],
  ['pt4h', undefined],
  ['1h1d', undefined],
  ['1h1h', undefined],
  ['1d 12h', undefined],
  [' 4h', undefined],
  ['4h\n', undefined],
  ['٤h', undefined],
  ['999999999999h', undefined],
])('%j is %j minutes', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test('what is written is read again', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 * 1440 }), (minutes) => {
      expect(parseDuration(formatDuration(minutes))).toBe(minutes);
    }),
  );
});

test('the short form begins with the largest unit', () => {
  expect([1, 60, 90, 1440, 2160, 1563].map(formatDuration)).toEqual([
    '1m',
    '1h',
    '1h30m',
    '1d',
    '1d12h',
    '1d2h3m',
  ]);
});
