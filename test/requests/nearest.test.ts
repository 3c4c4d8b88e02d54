import { expect, test } from 'vitest';
import { didYouMean, nearest } from '../../src/requests/nearest.ts';

const keys = ['resource', 'role', 'reason', 'max_duration', 'min_duration'];

test.each([
  ['resorce', 'resource'],
  ['rsource', 'resource'],
  ['reosurce', 'resource'],
  ['Role', 'role'],
  ['max-duration', 'max_duration'],
  ['maxduration', 'max_duration'],
  ['owner', undefined],
  ['', undefined],
])('%j is near %j', (name, expected) => {
  expect(nearest(name, keys)).toBe(expected);
});

test('without a near name all of them are told, and without any that', () => {
  expect(didYouMean('zzz', ['b', 'a'])).toBe('Use one of `a`, `b`.');
  expect(didYouMean('zzz', [])).toBe('None is known here.');
});
