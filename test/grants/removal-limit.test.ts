import { expect, test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { toHoldBack } from '../../src/grants/removal-limit.ts';
import { sampleGrant } from '../database/sample-grant.ts';

const limit = { count: 2, share: 0.25 };

test.each([
  ['as many as the count: all end', 2, 0, 2, 0],
  ['one more than the count, most of what there is: all wait', 3, 0, 4, 3],
  ['many, and exactly the share: all end', 5, 0, 20, 0],
  ['one more than the share: all wait', 6, 0, 20, 6],
  ['those that wait already count no more', 5, 3, 8, 0],
  ['and do not wait again', 9, 3, 10, 6],
])('%s', (_, ending, held, inForce, waits) => {
  const grants = Array.from({ length: ending }, (__, index): Grant => ({ ...sampleGrant(), id: `${index}` }));
  const before = new Set(grants.slice(0, held).map(({ id }) => id));
  const fresh = toHoldBack(limit, grants, before, inForce);
  expect(fresh).toEqual(waits === 0 ? [] : grants.slice(held));
  expect(fresh).toHaveLength(waits);
});
