import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PullJson } from '../../../src/sandbox/start.ts';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let pull: PullJson;
beforeEach(async () => {
  const permissions = { ...seed.app.permissions, statuses: 'write' as const };
  [it, hook] = await Promise.all([
    stage({ app: { ...seed.app, permissions, events: ['status'] } }),
    receiver(),
  ]);
  it.world.deliverTo(hook.url);
  pull = await it.world.person('mona').opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
});
afterEach(async () => {
  await it.close();
  hook.close();
});

const say = (state: 'pending' | 'success' | 'failure', context = 'ci') =>
  it.app.repos.createCommitStatus({ ...repo, sha: pull.head.sha, state, context });
const combined = async () =>
  (await it.app.repos.getCombinedStatusForRef({ ...repo, ref: pull.head.sha })).data;

test('the last status of each context counts', async () => {
  expect(await combined()).toMatchObject({ state: 'pending', total_count: 0 });
  await say('pending');
  await say('success', 'lint');
  expect(await combined()).toMatchObject({ state: 'pending', total_count: 2 });
  await say('success');
  expect(await combined()).toMatchObject({ state: 'success', total_count: 2 });
  await say('failure', 'lint');
  expect(await combined()).toMatchObject({ state: 'failure', total_count: 2 });
  const { data } = await it.app.repos.listCommitStatusesForRef({ ...repo, ref: 'ask' });
  expect(data.map(({ context, state }) => `${context} ${state}`)).toEqual([
    'lint failure',
    'ci success',
    'lint success',
    'ci pending',
  ]);
});

test('a webhook tells of each, with its commit and branches', async () => {
  await say('success');
  await it.world.settled();
  expect(it.world.deliveries().filter(({ event }) => event === 'status')).toMatchObject([
    {
      event: 'status',
      action: null,
      payload: {
        sha: pull.head.sha,
        state: 'success',
        context: 'ci',
        name: 'acme/access',
        commit: { sha: pull.head.sha },
        branches: [{ name: 'ask' }],
        sender: { login: 'countersign[bot]' },
      },
    },
  ]);
});

test('a required check may be a status, and both where there are both', async () => {
  it.world.protect('main', { requiredChecks: [{ context: 'ci', appId: it.world.app.id }] });
  const mona = it.world.person('mona');
  const message = async () => (await mona.merges(pull.number)).data['message'];
  await mona.request('POST', `${path}/statuses/${pull.head.sha}`, { state: 'success', context: 'ci' });
  expect(await message()).toBe('Required status check "ci" is expected.');
  await say('pending');
  expect(await message()).toBe('Required status check "ci" is pending.');
  await say('success');
  const check = { ...repo, name: 'ci', head_sha: pull.head.sha };
  await it.app.checks.create({ ...check, conclusion: 'failure' });
  expect(await message()).toBe('Required status check "ci" is failing.');
  await it.app.checks.create({ ...check, conclusion: 'success' });
  expect((await mona.merges(pull.number)).status).toBe(200);
});

test('one that fails makes a pull request unstable', async () => {
  await say('failure');
  expect((await it.app.pulls.get({ ...repo, pull_number: pull.number })).data.mergeable_state).toBe(
    'unstable',
  );
});

test('is for those who may write', async () => {
  const body = { state: 'success' };
  const url = `${path}/statuses/${pull.head.sha}`;
  expect((await it.world.person('bob').request('POST', url, body)).status).toBe(404);
  expect((await it.world.person('mona').request('POST', `${path}/statuses/none`, body)).status).toBe(422);
});
