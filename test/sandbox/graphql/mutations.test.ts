import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checks, pullRequest, ruled } from '../rulesets.ts';
import { path, receiver, repo, REQUESTS, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  [it, hook] = await Promise.all([stage(), receiver()]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

const mona = () => it.world.person('mona');
const boss = () => it.world.person('boss');
const tip = async (branch = 'main') => (await it.world.git('rev-parse', branch)).trim();
const ask = (more: { draft?: boolean } = {}) =>
  mona().opensPullRequest({ title: 'Ask', branch: 'ask', files: { [REQUESTS]: 'asked\n' }, ...more });
const errors = (answer: Awaited<ReturnType<ReturnType<typeof mona>['asks']>>) => answer.data.errors?.[0];
async function sent(action: string) {
  await it.world.settled();
  return it.world.deliveries().filter((one) => one.action === action);
}

const COMMIT = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid signature { isValid } parents(first: 1) { nodes { oid } } } ref { name target { oid } } clientMutationId }
}`;
const commitInput = async (more: object = {}) => ({
  branch: { repositoryNameWithOwner: 'acme/access', branchName: 'main' },
  expectedHeadOid: await tip(),
  message: { headline: 'Record', body: 'what happened' },
  fileChanges: {
    additions: [{ path: 'records/1.json', contents: Buffer.from('{}\n').toString('base64') }],
    deletions: [{ path: 'README.md' }],
  },
  ...more,
});

describe('createCommitOnBranch', () => {
  test('commits additions and deletions as the app, signed by GitHub', async () => {
    const before = await tip();
    const answer = await it.app.graphql<{ createCommitOnBranch: { commit: { oid: string } } }>(COMMIT, {
      input: await commitInput({ clientMutationId: 'mine' }),
    });
    const after = await tip();
    expect(answer.createCommitOnBranch).toEqual({
      commit: { oid: after, signature: { isValid: true }, parents: { nodes: [{ oid: before }] } },
      ref: { name: 'main', target: { oid: after } },
      clientMutationId: 'mine',
    });
    expect(await it.world.git('log', '-1', '--format=%an|%cn|%B', 'main')).toBe(
      'countersign[bot]|GitHub|Record\n\nwhat happened\n',
    );
    expect(await it.world.git('diff', '--name-status', before, after)).toBe(
      'D\tREADME.md\nA\trecords/1.json\n',
    );
    expect(await sent('push')).toEqual([]);
    const { data } = await it.app.repos.getCommit({ ...repo, ref: after });
    expect(data.commit.verification?.verified).toBe(true);
    const { data: ref } = await it.app.git.getRef({ ...repo, ref: 'heads/main' });
    const byId = await commitInput({ branch: { id: ref.node_id }, fileChanges: {} });
    await it.app.graphql(COMMIT, { input: byId });
    expect(await tip('main~1')).toBe(after);
  });

  test('is refused where the branch has moved, a path is missing, a rule stands against it or nobody may', async () => {
    const stale = await commitInput({ expectedHeadOid: 'a'.repeat(40) });
    expect(errors(await mona().asks(COMMIT, { input: stale }))).toMatchObject({
      type: 'STALE_DATA',
      path: ['createCommitOnBranch'],
      message: `Expected branch to point to "${'a'.repeat(40)}" but it did not.  Pull and try again.`,
    });
    const missing = await commitInput({ fileChanges: { deletions: [{ path: 'nowhere' }] } });
    expect(errors(await mona().asks(COMMIT, { input: missing }))?.type).toBe('UNPROCESSABLE');
    await ruled(it, [pullRequest()]);
    const input = await commitInput();
    expect(errors(await mona().asks(COMMIT, { input }))).toMatchObject({
      type: 'UNPROCESSABLE',
      message: expect.stringContaining('Changes must be made through a pull request.'),
    });
    expect(errors(await it.world.person('bob').asks(COMMIT, { input }))).toMatchObject({
      type: 'FORBIDDEN',
      message: 'bob does not have the correct permissions to execute `CreateCommitOnBranch`',
    });
    expect(errors(await it.world.person('eve').asks(COMMIT, { input }))).toMatchObject({
      type: 'NOT_FOUND',
      message: "Could not resolve to a Repository with the name 'acme/access'.",
    });
  });
});

test('drafts are made and ended, and are not merged', async () => {
  const { number } = await ask({ draft: true });
  expect(await mona().merges(number)).toMatchObject({
    status: 405,
    data: { message: 'Pull Request is still a draft' },
  });
  expect((await sent('review_requested')).length).toBe(0);
  expect(errors(await it.world.person('bob').marksReady(number))?.type).toBe('FORBIDDEN');
  await mona().marksReady(number);
  expect((await sent('ready_for_review'))[0]?.payload).toMatchObject({ pull_request: { draft: false } });
  expect((await sent('review_requested')).length).toBe(1);
  await mona().convertsToDraft(number);
  expect((await sent('converted_to_draft'))[0]?.payload).toMatchObject({ pull_request: { draft: true } });
  const { data } = await it.app.issues.listEventsForTimeline({ ...repo, issue_number: number });
  expect(data.map(({ event }) => event)).toEqual(
    expect.arrayContaining(['ready_for_review', 'convert_to_draft']),
  );
});

describe('auto-merge', () => {
  const allow = () => boss().request('PATCH', path, { allow_auto_merge: true });

  test('merges once what is required is there, and lets nobody by', async () => {
    const admins = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' };
    const rules = [pullRequest({ required_approving_review_count: 1 })];
    await ruled(it, rules, { bypass_actors: [admins] });
    const { number } = await ask();
    expect(errors(await boss().enablesAutoMerge(number))?.message).toBe(
      'Auto merge is not allowed for this repository',
    );
    expect((await mona().request('PATCH', path, { allow_auto_merge: true })).status).toBe(403);
    await allow();
    await boss().enablesAutoMerge(number, { method: 'SQUASH' });
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({
      state: 'open',
      auto_merge: { enabled_by: { login: 'boss' }, merge_method: 'squash' },
    });
    await it.world.person('lead').approves(number);
    const { data: merged } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(merged).toMatchObject({ merged: true, merged_by: { login: 'boss' } });
    expect((await it.world.git('log', '-1', '--format=%P', 'main')).trim()).toMatch(/^\w{40}$/);
    expect((await sent('auto_merge_enabled')).length).toBe(1);
  });

  test('is taken back by a push of somebody who may not write', async () => {
    await allow();
    await ruled(it, [checks({ required_status_checks: [{ context: 'ci' }] })]);
    const bob = await it.world.person('bob').forks();
    const { number } = await bob.opensPullRequest({ title: 'Ask', branch: 'ask', files: { a: 'a\n' } });
    await boss().enablesAutoMerge(number);
    const { data: before } = await it.app.pulls.get({ ...repo, pull_number: number });
    await bob.writesFiles('ask', { a: 'b\n' });
    const { data: after } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect([before.auto_merge?.merge_method, after.auto_merge]).toEqual(['merge', null]);
  });

  test('is refused for what may be merged now, and taken back', async () => {
    await allow();
    const { number } = await ask();
    expect(errors(await mona().enablesAutoMerge(number))?.message).toBe(
      'Pull request Protected branch rules not configured for this branch',
    );
    await ruled(it, [pullRequest()]);
    expect(errors(await mona().enablesAutoMerge(number))).toMatchObject({
      type: 'UNPROCESSABLE',
      path: ['enablePullRequestAutoMerge'],
      message: 'Pull request Pull request is in clean status',
    });
    await ruled(it, [checks({ required_status_checks: [{ context: 'ci' }] })], { name: 'checks' });
    await mona().enablesAutoMerge(number);
    await mona().disablesAutoMerge(number);
    expect((await sent('auto_merge_disabled'))[0]?.payload).toHaveProperty('reason');
    await mona().request('POST', `${path}/statuses/${await tip('ask')}`, { state: 'success', context: 'ci' });
    expect((await it.app.pulls.get({ ...repo, pull_number: number })).data.merged).toBe(false);
  });
});
