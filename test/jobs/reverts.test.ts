import { afterAll, beforeAll, expect, test } from 'vitest';
import { revertsOfPull } from '../../src/database/revert-branches.ts';
import { sweep } from '../../src/jobs/tasks.ts';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { protectMain } from './stage.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({
    resources: 5,
    files: { 'access-policies/settings.yaml': 'revert: { mode: rolling }\n' },
  });
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

async function refusedAt({ number }: PullJson): Promise<number> {
  const [{ mergeRefusedAt } = {}] = await revertsOfPull(acme.database.db, acme.world.repository.id, number);
  return mergeRefusedAt ?? 0;
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
  // Nothing changes: it is left for an hour.
  const looked = await refusedAt(first);
  await sweeps(50);
  expect(await refusedAt(first)).toBe(looked);
  await sweeps(20);
  expect((await refusedAt(first)) - looked).toBeGreaterThanOrEqual(70 * 60_000);
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

  // As one leaves it that is killed before it stores what it opened.
  await acme.database.run(`update reverts set state = 'wanted', pull = null where state = 'open'`);
  // Nothing is left to take out: it is closed, and stays so.
  protectMain(acme.world);
  await acme.pushes('grace', 'main', { [fileOf({ resource })]: null });
  await sweeps(2 * day);
  expect((await acme.reverts()).map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
});

test('many entries are taken out together, and those join that are over before it is merged', async () => {
  const before = (await acme.reverts()).length;
  const [one, two, lasting, elsewhere] = ['', '', '', ''].map(() => acme.freshResource());
  const kept = `# kept\n${entries({ resource: `${lasting}` })}`;
  const pull = await acme.proposes('mona', {
    'access-requests/many.yaml': `${kept}${['1h', '2h'].map((duration, at) => entries({ resource: `${[one, two][at]}`, duration }).replace('requests:\n', '')).join('')}`,
    'access-requests/other.yaml': entries({ resource: `${elsewhere}`, duration: '1h' }),
  });
  await acme.approves('ada', pull);
  await acme.merges('mona', pull);
  acme.world.protect('main', { requiredChecks: [{ context: 'somebody/else' }], bypass: { admins: true } });
  await acme.later(61);
  await acme.later(60);
  const together = await revert(before + 1);
  expect(together).toMatchObject({ state: 'open', title: expect.stringMatching(/^Take out 3 entries/) });
  expect(await acme.reverts()).toHaveLength(before + 1);

  protectMain(acme.world);
  await sweeps();
  expect(await acme.pull(together.number)).toMatchObject({ merged: true });
  expect(await acme.onMain('access-requests/many.yaml')).toBe(kept);
  expect(await acme.onMain('access-requests/other.yaml')).toBe('requests: []\n');
  const message = await acme.world.git('log', '-1', '--format=%B', 'main^2');
  expect(message.match(/^Countersign-Grant: .+$/gm)).toHaveLength(3);
  expect(message.match(/^Countersign-Record: records\/.+-grant-decided\.json$/gm)).toHaveLength(3);
  const told = await acme.told(together);
  expect(told.map(({ subject }) => subject)).toContain(`Take out mona's reader on ${one}: it ended`);
  for (const kind of ['revert-opened', 'revert-merged'])
    expect(told.filter((event) => event.kind === kind)).toHaveLength(3);
});
