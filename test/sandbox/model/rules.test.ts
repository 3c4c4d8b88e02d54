import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Protection } from '../../../src/sandbox/start.ts';
import { path, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.close());

/** Each test has a protected branch of its own, and a pull request into it from another. */
let base: string;
let head: string;
let count = 0;
beforeEach(async () => {
  count += 1;
  [base, head] = [`base${count}`, `ask${count}`];
  await it.world.person('boss').writesFiles(base, { base });
});

async function opened() {
  return it.world
    .person('mona')
    .opensPullRequest({ title: 'x', branch: head, base, files: { [REQUESTS]: 'requests: [x]\n' } });
}
const conclude = (head_sha: string, conclusion: 'success' | 'failure' | 'neutral', name = 'ci') =>
  it.app.checks.create({ ...repo, name, head_sha, conclusion });

describe('merging into a protected branch', () => {
  test('waits for its checks, by that app and by the latest run', async () => {
    const { world } = it;
    world.protect(base, { requiredChecks: [{ context: 'ci', appId: world.app.id }] });
    const { number, head: tip } = await opened();
    const mona = world.person('mona');
    const message = async () => (await mona.merges(number)).data['message'];
    expect(await message()).toBe('Required status check "ci" is expected.');
    await it.app.checks.create({ ...repo, name: 'ci', head_sha: tip.sha, status: 'in_progress' });
    expect(await message()).toBe('Required status check "ci" is in progress.');
    await conclude(tip.sha, 'success');
    await conclude(tip.sha, 'failure');
    expect(await message()).toBe('Required status check "ci" is failing.');
    await conclude(tip.sha, 'neutral');
    expect((await mona.merges(number)).status).toBe(200);
  });

  test('a check by another app does not count for one that names its app', async () => {
    const { world } = it;
    const forger = await world.installApp({ ...seed.app, slug: 'forger' });
    world.protect(base, { requiredChecks: [{ context: 'ci', appId: forger.id }] });
    const { number, head: tip } = await opened();
    await conclude(tip.sha, 'success');
    expect((await world.person('mona').merges(number)).status).toBe(405);
    world.protect(base, { requiredChecks: [{ context: 'ci' }] });
    expect((await world.person('mona').merges(number)).status).toBe(200);
  });

  test('a push loses the checks of the head before it', async () => {
    it.world.protect(base, { requiredChecks: [{ context: 'ci' }] });
    const { number, head: tip } = await opened();
    await conclude(tip.sha, 'success');
    await it.world.person('mona').writesFiles(head, { more: 'x' });
    expect((await it.world.person('mona').merges(number)).status).toBe(405);
  });

  test('counts approvals of those who may write, and of apps', async () => {
    it.world.protect(base, { requiredApprovals: 2 });
    const { number } = await opened();
    await it.world.person('bob').approves(number);
    const mona = it.world.person('mona');
    expect((await mona.merges(number)).data['message']).toBe(
      'At least 2 approving reviews are required by reviewers with write access.',
    );
    await it.world.person('nick').approves(number);
    await it.app.pulls.createReview({ ...repo, pull_number: number, event: 'APPROVE' });
    await it.world.person('lead').reviews(number, 'REQUEST_CHANGES', 'no');
    expect((await mona.merges(number)).status).toBe(405);
    await it.world.person('lead').reviews(number, 'COMMENT', 'still no');
    expect((await mona.merges(number)).status).toBe(405);
    await it.world.person('lead').approves(number);
    expect((await mona.merges(number)).status).toBe(200);
  });

  test('a dismissed veto does not bring back the approval before it', async () => {
    it.world.protect(base, { requiredApprovals: 1 });
    const { number } = await opened();
    const lead = it.world.person('lead');
    await lead.approves(number);
    const { data } = await lead.reviews(number, 'REQUEST_CHANGES', 'no');
    await it.world.person('nick').dismisses(number, Number(data['id']), 'x');
    expect((await it.world.person('mona').merges(number)).status).toBe(405);
  });

  test('waits for a code owner, who is no app and nobody else', async () => {
    it.world.protect(base, { requireCodeOwnerReviews: true });
    const { number } = await opened();
    const mona = it.world.person('mona');
    await it.world.person('nick').approves(number);
    await it.app.pulls.createReview({ ...repo, pull_number: number, event: 'APPROVE' });
    expect((await mona.merges(number)).data['message']).toBe(
      'Waiting on code owner review from acme/data-owners.',
    );
    await it.world.person('lead').approves(number);
    expect((await mona.merges(number)).status).toBe(200);
  });

  test('is up to date where the rule says so', async () => {
    it.world.protect(base, { requireUpToDate: true });
    const { number } = await opened();
    await it.world.person('boss').writesFiles(base, { other: 'x' });
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data.mergeable_state).toBe('behind');
    expect((await it.world.person('mona').merges(number)).status).toBe(405);
  });

  test.each<[string, string, Protection['bypass'], number]>([
    ['an administrator who is not let by', 'boss', {}, 405],
    ['an administrator', 'boss', { admins: true }, 200],
    ['a person by name', 'nick', { users: ['nick'] }, 200],
    ['a team', 'lead', { teams: ['data-owners'] }, 200],
    ['anybody else', 'mona', { users: ['nick'], teams: ['data-owners'], admins: true }, 405],
  ])('is let by for %s', async (_, login, bypass, status) => {
    it.world.protect(base, { requiredApprovals: 1, bypass: bypass ?? {} });
    const { number } = await opened();
    expect((await it.world.person(login).merges(number)).status).toBe(status);
  });

  test('is let by for an app that the rule names', async () => {
    const { number } = await opened();
    it.world.protect(base, { requiredApprovals: 1 });
    await expect(it.app.pulls.merge({ ...repo, pull_number: number })).rejects.toMatchObject({ status: 405 });
    it.world.protect(base, { requiredApprovals: 1, bypass: { apps: ['countersign'] } });
    expect((await it.app.pulls.merge({ ...repo, pull_number: number })).data.merged).toBe(true);
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data.merged_by).toMatchObject({ login: 'countersign[bot]', type: 'Bot' });
  });
});

describe('pushing to a protected branch', () => {
  test('goes through a pull request, but for those let by', async () => {
    it.world.protect(base, { requiredApprovals: 1, bypass: { admins: true } });
    await expect(it.world.person('mona').writesFiles(base, { x: 'x' })).rejects.toThrow(
      'Changes must be made through a pull request.',
    );
    const { sha } = await it.world.person('boss').writesFiles(base, { x: 'x' });
    expect((await it.world.git('rev-parse', base)).trim()).toBe(sha);
  });

  test('is for those named, from the first push on', async () => {
    it.world.protect('records', { pushers: { apps: ['countersign'] } });
    const sha = (await it.world.git('rev-parse', 'main')).trim();
    const ref = 'refs/heads/records';
    const refused = await it.world.person('boss').request('POST', `${path}/git/refs`, { ref, sha });
    expect(refused).toMatchObject({
      status: 422,
      data: { documentation_url: 'https://docs.github.com/articles/about-protected-branches' },
    });
    expect((await it.app.git.createRef({ ...repo, ref, sha })).status).toBe(201);
  });

  test('is never by force, nor a deletion, even for those let by', async () => {
    const ref = `${path}/git/refs/heads/kept`;
    await it.world.person('mona').writesFiles('kept', { x: 'x' });
    it.world.protect('kept', { bypass: { admins: true } });
    const sha = (await it.world.git('rev-parse', 'main')).trim();
    const boss = it.world.person('boss');
    expect((await boss.request('PATCH', ref, { sha, force: true })).data['message']).toBe(
      'Cannot force-push to this protected branch',
    );
    expect((await boss.request('DELETE', ref)).data['message']).toBe('Cannot delete this protected branch');
    it.world.protect('kept', { allowForcePushes: true, allowDeletions: true });
    expect((await boss.request('PATCH', ref, { sha, force: true })).status).toBe(200);
    expect((await boss.request('DELETE', ref)).status).toBe(204);
  });

  test('dismisses the approvals before it where the rule says so', async () => {
    it.world.protect(base, { dismissStaleReviews: true, requiredApprovals: 1 });
    const { number } = await opened();
    await it.world.person('lead').approves(number);
    await it.world.person('mona').writesFiles(head, { more: 'x' });
    const { data } = await it.app.pulls.listReviews({ ...repo, pull_number: number });
    expect(data).toMatchObject([{ state: 'DISMISSED' }]);
  });
});
