import { expect, test } from 'vitest';
import type { Grant } from '../../src/grants/grant.ts';
import { beyondLimit, type RemovalReason } from '../../src/grants/removal-limit.ts';
import { sampleGrant } from '../database/sample-grant.ts';

const limit = { count: 2, share: 0.25 };

function grants(count: number, different: (index: number) => Partial<Grant> = () => ({})): Grant[] {
  return Array.from({ length: count }, (_, index) => ({
    ...sampleGrant({
      state: 'active',
      key: `user:${index} db:reader`,
      holder: { id: index, name: `user-${index}` },
    }),
    id: `${index}`,
    ...different(index),
  }));
}

/** Which wait where the first of all end, and some of those wait already. */
function waiting(because: RemovalReason, all: readonly Grant[], ending: number, held = 0): readonly Grant[] {
  const first = (count: number) => new Set(all.slice(0, count).map(({ id }) => id));
  return beyondLimit(limit, because, all, ({ id }) => first(ending).has(id), first(held))?.grants ?? [];
}

test.each([
  ['as many as the count: all end', 2, 0, 2, 0],
  ['one more than the count, most of what there is: all wait', 3, 0, 4, 3],
  ['many, and exactly the share: all end', 5, 0, 20, 0],
  ['one more than the share: all wait', 6, 0, 20, 6],
  ['those that wait already count no more', 5, 3, 8, 0],
  ['and do not wait again', 9, 3, 10, 6],
])('%s', (_, ending, held, count, waits) => {
  const all = grants(count);
  const last = waits === 0 ? [] : all.slice(held, ending);
  expect(last).toHaveLength(waits);
  expect(waiting('returned', all, ending, held)).toEqual(last);
  expect(waiting('left', all, ending, held)).toEqual(last);
});

const mona = { holder: { id: 1, name: 'mona' } };
const hubot = { holder: { id: null, name: 'hubot' } };
const team = { key: 'team:data db:reader' } as const;

test.each<[string, RemovalReason, Partial<Grant>, number]>([
  ['one person who leaves loses everything', 'left', mona, 0],
  ["but not by many entries that are one person's", 'returned', mona, 5],
  ['one service account is one holder', 'left', hubot, 0],
  ["a team's entry is one, however many hold it", 'returned', team, 0],
  ['but not where they all left', 'left', team, 5],
  ['what the target was never asked for does not wait', 'returned', { state: 'scheduled' }, 0],
  ['nor does what it was not seen to give', 'left', { state: 'granting' }, 0],
])('%s', (_, because, different, waits) => {
  const all = grants(5, () => different);
  expect(waiting(because, all, 5)).toHaveLength(waits);
});

test('says how many of how many are hit, of what was given', () => {
  const all = grants(8, (index) => ({
    holder: { id: Math.floor(index / 2), name: '' },
    state: index < 6 ? 'active' : 'scheduled',
  }));
  const excess = beyondLimit(limit, 'left', all, () => true, new Set());
  expect(excess).toEqual({ grants: all.slice(0, 6), hit: 3, all: 3 });
});
