import { expect, test } from 'vitest';
import { areRolling } from '../../src/policies/rolling-reverts.ts';

test.each([
  ['each', 20, false],
  ['each', 21, true],
  ['rolling', 1, true],
] as const)('%s, with %i reverts wanted within an hour: %s', (mode, wanted, rolling) => {
  expect(areRolling({ mode, rollingAbove: 20 }, wanted)).toBe(rolling);
});
