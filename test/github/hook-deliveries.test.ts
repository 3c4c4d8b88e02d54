import { afterAll, beforeAll, expect, test } from 'vitest';
import { askAgain, neverTaken, readDeliveries, type HookDelivery } from '../../src/github/hook-deliveries.ts';
import { openStage, type Stage } from './stage.ts';

const failed = { redelivery: false, taken: false };
const again = { redelivery: true, taken: false };
const ok = { redelivery: false, taken: true };

test.each<[string, readonly [string, Pick<HookDelivery, 'redelivery' | 'taken'>][], string[]]>([
  ['nothing', [], []],
  ['what was taken', [['a', ok]], []],
  [
    'what failed, the oldest first',
    [
      ['b', failed],
      ['c', ok],
      ['a', failed],
    ],
    ['a', 'b'],
  ],
  [
    'what failed and was then taken',
    [
      ['a', { ...again, taken: true }],
      ['a', failed],
    ],
    [],
  ],
  [
    'what failed, was asked for and failed again',
    [
      ['a', again],
      ['b', failed],
      ['a', failed],
    ],
    ['b'],
  ],
  ['a failed repetition, whose first attempt is long past', [['a', again]], []],
])('%s', (_, attempts, expected) => {
  const deliveries = attempts.map(([guid, attempt], id) => ({ id, guid, deliveredAt: 0, ...attempt }));
  expect(neverTaken(deliveries).map(({ guid }) => guid)).toEqual(expected);
});

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

test('reads the deliveries since an instant, and has one repeated', async () => {
  const { world, probot } = stage;
  world.deliverTo('http://127.0.0.1:9/');
  for (let index = 0; index < 3; index += 1)
    await world.person('mona').writesFiles(`branch-${index}`, { [`${index}.txt`]: '1' });
  await world.settled();
  const octokit = await probot.auth();
  const deliveries = await readDeliveries(octokit, 0);
  expect(deliveries).toHaveLength(world.deliveries().length);
  expect(neverTaken(deliveries)).toEqual(deliveries.toReversed());
  const [newest] = deliveries;
  if (!newest) throw new Error('nothing was delivered');
  expect(await readDeliveries(octokit, newest.deliveredAt + 1)).toEqual([]);

  await askAgain(octokit, newest);
  await world.settled();
  expect(neverTaken(await readDeliveries(octokit, 0))).toHaveLength(deliveries.length - 1);
  // GitHub keeps them for three days.
  await askAgain(octokit, { ...newest, id: 1 });
});
