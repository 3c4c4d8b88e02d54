import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pullRequest, ruled } from '../rulesets.ts';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.close());
afterEach(async () => {
  const { data } = await it.world.person('boss').request<{ id: number }[]>('GET', `${path}/rulesets`);
  for (const { id } of data) await it.world.person('boss').request('DELETE', `${path}/rulesets/${id}`);
});

let count = 0;
async function opened(login = 'mona', base = 'main') {
  count += 1;
  const [branch, files] = [`b${count}`, { [`f${count}`]: 'x' }];
  return it.world.person(login).opensPullRequest({ title: `Pull ${count}`, branch, files, base });
}
const read = async (pull_number: number) => (await it.app.pulls.get({ ...repo, pull_number })).data;

describe('an approval', () => {
  // docs.github.com/repositories, "Available rules for rulesets", Dismiss stale pull request approvals when new commits are pushed
  test('is dismissed by an update from the base where the rule says so', async () => {
    await ruled(it, [
      pullRequest({ required_approving_review_count: 1, dismiss_stale_reviews_on_push: true }),
    ]);
    const { number } = await opened();
    const behind = await opened();
    await it.world.person('lead').approves(behind.number);
    await it.world.person('lead').approves(number);
    expect((await it.world.person('mona').merges(number)).status).toBe(200);
    await it.world.person('mona').request('PUT', `${path}/pulls/${behind.number}/update-branch`, {});
    const { data } = await it.app.pulls.listReviews({ ...repo, pull_number: behind.number });
    expect(data).toMatchObject([{ state: 'DISMISSED' }]);
  });

  test('stays where the rule does not', async () => {
    await ruled(it, [pullRequest({ required_approving_review_count: 1 })]);
    const { number, head } = await opened();
    await it.world.person('lead').approves(number);
    await it.world.person('nick').writesFiles(head.ref, { more: 'x' });
    expect((await it.world.person('mona').merges(number)).status).toBe(200);
  });

  // docs.github.com/repositories, "About code owners": a review by any of the owners is enough
  test('of any one code owner is enough, and an app is none', async () => {
    const files = { '.github/CODEOWNERS': '* @nick @lead\n' };
    await it.world.person('boss').writesFiles('main', files);
    await ruled(it, [pullRequest({ required_approving_review_count: 1, require_code_owner_review: true })]);
    const { number } = await opened();
    await it.app.pulls.createReview({ ...repo, pull_number: number, event: 'APPROVE' });
    expect((await it.world.person('mona').merges(number)).data['message']).toMatch(/code owner/i);
    await it.world.person('nick').approves(number);
    expect((await it.world.person('mona').merges(number)).status).toBe(200);
  });
});

// docs.github.com/pull-requests, "Indirect merges": a push that brings the heads of several pull requests merges them all
test('one push may merge several pull requests', async () => {
  const [one, other] = [await opened(), await opened()];
  const boss = it.world.person('boss');
  const onto = (head: string) =>
    boss.request('POST', `${path}/git/refs`, { ref: 'refs/heads/train', sha: head });
  await onto(one.head.sha);
  const train = await boss.opensPullRequest({ title: 'Train', branch: 'train', base: other.head.ref });
  await boss.merges(train.number);
  const sha = (await it.world.git('rev-parse', other.head.ref)).trim();
  expect((await boss.request('PATCH', `${path}/git/refs/heads/main`, { sha })).status).toBe(200);
  for (const { number } of [one, other])
    expect(await read(number)).toMatchObject({
      merged: true,
      merge_commit_sha: sha,
      merged_by: { login: 'boss' },
    });
});

// docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
test('a commit names pull requests that were merged into another branch', async () => {
  await it.world.person('boss').writesFiles('release', { release: 'x' });
  const pull = await opened('mona', 'release');
  await it.world.person('mona').merges(pull.number);
  const { data } = await it.app.repos.listPullRequestsAssociatedWithCommit({
    ...repo,
    commit_sha: pull.head.sha,
  });
  expect(data).toMatchObject([{ number: pull.number, base: { ref: 'release' } }]);
});

// docs.github.com/rest/pulls/pulls#get-a-pull-request: before the merge `merge_commit_sha` is the test merge's, after it that of what was merged
test.each(['merge', 'squash', 'rebase'] as const)(
  'merge_commit_sha is a test merge first, and then what a %s made of it',
  async (method) => {
    const { number, base, head } = await opened();
    const { merge_commit_sha: tried } = await read(number);
    expect((await it.world.git('log', '-1', '--format=%P', `${tried}`)).trim()).toBe(
      `${base.sha} ${head.sha}`,
    );
    await it.world.person('mona').merges(number, { method });
    const tip = (await it.world.git('rev-parse', 'main')).trim();
    expect((await read(number)).merge_commit_sha).toBe(tip);
  },
);
