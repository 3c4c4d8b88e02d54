import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatInstant, parseInstant } from '../../src/requests/instant.ts';

test.each([
  ['2026-11-23T09:00:00Z', '2026-11-23T09:00:00Z'],
  ['2026-11-23T09:00:00+01:00', '2026-11-23T08:00:00Z'],
  ['2026-11-23T09:00:00-05:30', '2026-11-23T14:30:00Z'],
  ['2026-11-23T09:00:00.999Z', '2026-11-23T09:00:00Z'],
  ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
])('%s is %s', (text, expected) => {
  const instant = parseInstant(text);
  expect(instant !== undefined && formatInstant(instant)).toBe(expected);
});

test.each([
  '',
  '2026-11-23',
  '2026-11-23T09:00:00',
  '2026-11-23T09:00Z',
  '2026-11-23 09:00:00Z',
  '2026-11-23t09:00:00z',
  '2026-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-11-23T24:00:00Z',
  '2026-11-23T09:60:00Z',
  '2026-12-31T23:59:60Z',
  '2026-11-23T09:00:00+25:00',
  '2026-11-23T09:00:00+0100',
  '26-11-23T09:00:00Z',
  'tomorrow',
])('%j is no instant', (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test('what is written is read again, to the second', () => {
  const seconds = fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59Z') / 1000 });
  fc.assert(
    fc.property(seconds, (second) => {
      expect(parseInstant(formatInstant(second * 1000))).toBe(second * 1000);
    }),
  );
});
