import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweep } from '../../src/jobs/tasks.ts';
import type { PullJson } from '../../src/sandbox/start.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { protectMain } from './stage.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 2 });
});
afterAll(() => acme.close());

const day = 24 * 60;

async function sweeps(minutesLater = 0): Promise<void> {
  if (minutesLater > 0) await acme.later(minutesLater);
  const { queue, db } = acme.app().parts;
  await queue.send(db, sweep(acme.world.repository.id));
  await acme.settled();
}

/** The nth that the app opened. */
async function revert(nth: number): Promise<PullJson> {
  const pull = (await acme.reverts())[nth - 1];
  if (!pull) throw new Error(`there are fewer than ${nth} revert pull requests`);
  return pull;
}

async function closes({ number }: PullJson): Promise<void> {
  const path = `/repos/${acme.world.repository.fullName}/pulls/${number}`;
  expect(await acme.world.person('grace').request('PATCH', path, { state: 'closed' })).toMatchObject({
    status: 200,
  });
  await acme.settled();
}

test('a revert that the app may not merge waits with one reminder, and is opened anew where somebody closes it', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource, duration: '1h' });
  acme.world.protect('main', { requiredChecks: [{ context: 'somebody/else' }], bypass: { admins: true } });
  await acme.later(61);
  const first = await revert(1);
  expect(first).toMatchObject({ state: 'open' });
  await sweeps(6 * day);
  expect(await acme.comments(first)).toEqual([]);
  await sweeps(day);
  await sweeps();
  expect(await acme.comments(first)).toEqual([
    expect.stringMatching(/^This pull request has been open for 7d,/),
  ]);

  await closes(first);
  await sweeps();
  const second = await revert(2);
  expect(second).toMatchObject({
    state: 'open',
    body: expect.stringContaining(`#${first.number} was closed`),
  });
  expect((await acme.told(second)).at(-1)).toMatchObject({
    kind: 'revert-opened',
    details: { replaces: first.number },
  });
  await closes(second);
  await sweeps(day - 10);
  expect(await acme.reverts()).toHaveLength(2);
  await sweeps(20);
  expect((await acme.reverts())[2]).toMatchObject({ state: 'open' });

  // Nothing is left to take out: it is closed, and stays so.
  protectMain(acme.world);
  await acme.pushes('grace', 'main', { [fileOf({ resource })]: null });
  await sweeps(2 * day);
  expect((await acme.reverts()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
});
