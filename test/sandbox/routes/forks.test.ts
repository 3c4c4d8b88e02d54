import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Actor, PullJson } from '../../../src/sandbox/start.ts';
import { workplace } from '../git-client.ts';
import { path, receiver, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let eve: Actor;
beforeEach(async () => {
  [it, hook] = await Promise.all([
    stage({
      repository: { ...seed.repository, private: false },
      app: { ...seed.app, events: [...seed.app.events, 'fork'] },
    }),
    receiver(),
  ]);
  it.world.deliverTo(hook.url);
  eve = await it.world.person('eve').forks();
});
afterEach(async () => {
  await it.close();
  hook.close();
});

const open = (more = {}) =>
  eve.opensPullRequest({ title: 'x', branch: 'ask', files: { [REQUESTS]: 'requests: [x]\n' }, ...more });
const get = async (pull: PullJson) => (await it.app.pulls.get({ ...repo, pull_number: pull.number })).data;
async function sent() {
  await it.world.settled();
  return it.world.deliveries().map(({ event, action }) => (action ? `${event}.${action}` : event));
}

test('a fork is the same repository under another owner', async () => {
  const { data } = await eve.request('GET', '/repos/eve/access');
  expect(data).toMatchObject({
    full_name: 'eve/access',
    fork: true,
    owner: { login: 'eve', type: 'User' },
    parent: { full_name: 'acme/access' },
    permissions: { admin: true },
  });
  expect((await eve.request('POST', `${path}/forks`)).data).toMatchObject({ id: data['id'] });
  expect((await it.app.repos.listForks(repo)).data).toMatchObject([{ full_name: 'eve/access' }]);
  expect((await it.app.repos.get(repo)).data).toMatchObject({ fork: false, forks_count: 1 });
  await it.world.settled();
  expect(it.world.deliveries()).toMatchObject([
    {
      event: 'fork',
      payload: { forkee: { full_name: 'eve/access' }, repository: { full_name: 'acme/access' } },
    },
  ]);
});

test('a pull request comes from it, from somebody who may write nothing here', async () => {
  const pull = await open();
  expect(await get(pull)).toMatchObject({
    user: { login: 'eve' },
    author_association: 'NONE',
    maintainer_can_modify: true,
    head: { label: 'eve:ask', user: { login: 'eve' }, repo: { full_name: 'eve/access', fork: true } },
    base: { label: 'acme:main', repo: { full_name: 'acme/access', fork: false } },
    changed_files: 1,
    mergeable: true,
  });
  const { data } = await it.app.pulls.list({ ...repo, head: 'eve:ask' });
  expect(data).toMatchObject([{ number: pull.number }]);
  expect(await it.world.git('rev-parse', `refs/pull/${pull.number}/head`)).toBe(`${pull.head.sha}\n`);
  expect((await it.world.person('mona').merges(pull.number)).status).toBe(200);
  expect(await it.world.git('log', '-1', '--format=%s', 'main')).toBe(
    `Merge pull request #${pull.number} from eve/ask\n`,
  );
});

test('a push to it, by git too, moves the head; the app hears of that, and not of the push', async () => {
  const pull = await open();
  const work = await workplace();
  await work.git(
    'clone',
    '--quiet',
    '--branch=ask',
    `${it.url}/eve/access.git`.replace('//', `//x:${eve.token}@`),
    'work',
  );
  await work.commit({ [REQUESTS]: 'requests: [y]\n' });
  expect(await work.git('push', 'origin', 'ask')).toMatchObject({ code: 0 });
  const sha = (await work.git('rev-parse', 'HEAD')).out.trim();
  await work.remove();
  expect(await get(pull)).toMatchObject({ head: { sha }, commits: 2 });
  expect(await sent()).toEqual([
    'fork',
    'pull_request.opened',
    'pull_request.review_requested',
    'pull_request.synchronize',
  ]);
});

test('checks on its head name no pull request, and neither does its commit while it is open', async () => {
  const pull = await open();
  const { data: run } = await it.app.checks.create({
    ...repo,
    name: 'access/policy',
    head_sha: pull.head.sha,
    conclusion: 'success',
  });
  expect(run.pull_requests).toEqual([]);
  const holding = async () =>
    (await it.app.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: pull.head.sha })).data;
  expect(await holding()).toEqual([]);
  await it.world.person('mona').merges(pull.number);
  expect(await holding()).toMatchObject([{ number: pull.number }]);
});

test('its branch is brought up to date by its author, and by others where they may', async () => {
  const pull = await open();
  const mona = it.world.person('mona');
  const update = (actor: Actor) => actor.request('PUT', `${path}/pulls/${pull.number}/update-branch`);
  await mona.writesFiles('main', { y: 'y' });
  expect((await update(mona)).status).toBe(202);
  expect((await eve.request('GET', '/repos/eve/access/git/ref/heads/ask')).data).toMatchObject({
    object: { sha: (await get(pull)).head.sha },
  });
  await eve.request('PATCH', `${path}/pulls/${pull.number}`, { maintainer_can_modify: false });
  expect(await get(pull)).toMatchObject({ maintainer_can_modify: false, commits: 2 });
  await mona.writesFiles('main', { z: 'z' });
  expect((await update(mona)).status).toBe(403);
});

test('a branch of the same name here is another branch', async () => {
  const pull = await open();
  await it.world.person('mona').writesFiles('ask', { other: 'x' });
  expect(await get(pull)).toMatchObject({ head: { sha: pull.head.sha }, state: 'open' });
  expect((await it.world.person('mona').opensPullRequest({ title: 'y', branch: 'ask' })).number).not.toBe(
    pull.number,
  );
});

test('nobody opens one from the fork of another', async () => {
  await eve.writesFiles('ask', { x: 'x' });
  const body = { title: 'x', head: 'eve:ask', base: 'main' };
  const refused = await it.world.person('nick').request('POST', `${path}/pulls`, body);
  expect(refused).toMatchObject({ status: 422, data: { errors: [{ message: 'must be a collaborator' }] } });
  expect((await eve.request('POST', `${path}/pulls`, { ...body, head: 'zoe:ask' })).status).toBe(422);
});
