import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCommits, readPull, readReviews } from '../../src/github/read-pull.ts';
import { Unjudgeable } from '../../src/github/requests-repository.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const at = Date.parse('2026-11-23T10:00:00Z');
const account = (login: string) => ({ id: stage.world.person(login).id, login, bot: false });
let branches = 0;

/** mona's pull request, from a branch of its own. */
async function opened(branch = `ask-${(branches += 1)}`) {
  const files = { [`${branches}.yaml`]: 'requests: []\n' };
  const pull = await stage.world.person('mona').opensPullRequest({ title: 'Ask', branch, files });
  return { branch, number: pull.number, headSha: pull.head.sha };
}

describe('readPull', () => {
  test('tells what an open pull request is', async () => {
    const { branch, number, headSha } = await opened('feature/ünï#1');
    expect(await readPull(stage.repository, number)).toEqual({
      number,
      title: 'Ask',
      author: account('mona'),
      open: true,
      draft: false,
      openedAt: expect.any(Number),
      requested: expect.any(Array),
      mergedAt: null,
      headSha,
      headRef: branch,
      baseRef: 'main',
      mergeSha: null,
      sameRepository: true,
      headIn: { owner: 'acme', repo: 'access' },
    });
  });

  test('is null where there is none', async () => {
    expect(await readPull(stage.repository, 9999)).toBeNull();
  });

  test.each([403, 500])('throws where GitHub answers with %i', async (status) => {
    const { number } = await opened();
    stage.traffic.answer(/\/pulls\/\d+$/, status);
    await expect(readPull(stage.repository, number)).rejects.toMatchObject({ status });
  });

  test('knows one that was closed without being merged', async () => {
    const { number } = await opened();
    await stage.world.person('mona').closes(number);
    expect(await readPull(stage.repository, number)).toMatchObject({ open: false, mergedAt: null });
  });

  test("knows one that was merged, by GitHub's clock", async () => {
    const { number } = await opened();
    await stage.world.person('mona').merges(number);
    expect(await readPull(stage.repository, number)).toMatchObject({ open: false, mergedAt: at });
  });

  test.each([
    ['a fork', { id: 1, name: 'asks', owner: { login: 'eve' } }, { owner: 'eve', repo: 'asks' }],
    ['a fork that was deleted', null, null],
  ])('knows that its head is in %s', async (_, repo, headIn) => {
    const { number } = await opened();
    stage.traffic.alter(/\/pulls\/\d+$/, (pull: { head: object }) => ({
      ...pull,
      head: { ...pull.head, repo },
    }));
    expect(await readPull(stage.repository, number)).toMatchObject({ sameRepository: false, headIn });
  });

  test.each([
    ['deleted', null, { id: 10_137, login: 'ghost', bot: false }],
    [
      'a bot',
      { id: 7, login: 'dependabot[bot]', type: 'Bot' },
      { id: 7, login: 'dependabot[bot]', bot: true },
    ],
  ])('knows that its author is %s', async (_, user, author) => {
    const { number } = await opened();
    stage.traffic.alter(/\/pulls\/\d+$/, (pull: object) => ({ ...pull, user }));
    expect(await readPull(stage.repository, number)).toMatchObject({ author });
  });
});

describe('readCommits', () => {
  test('tells who wrote and who committed what', async () => {
    const { branch, number, headSha } = await opened();
    const mona = account('mona');
    const signature = { email: `${mona.id}+mona@users.noreply.github.com`, account: mona };
    const { sha } = await stage.world
      .person('nick')
      .writesFiles(branch, { 'more.yaml': '1' }, 'More', { coAuthors: ['lead'] });
    const [first, second, ...more] = await readCommits(stage.repository, number);
    expect(more).toEqual([]);
    expect(first).toEqual({
      sha: headSha,
      parents: [(await stage.world.git('rev-parse', `${headSha}^`)).trim()],
      author: signature,
      committer: signature,
      message: 'Ask',
      verified: false,
    });
    expect(second).toMatchObject({
      sha,
      parents: [headSha],
      author: { account: account('nick') },
      message: expect.stringMatching(/^More\n\nCo-authored-by: lead </),
    });
  });

  test('names nobody for an address that belongs to nobody, whatever shape GitHub gives that', async () => {
    const { number } = await opened();
    for (const nobody of [null, {}]) {
      stage.traffic.straighten();
      stage.traffic.alter(/\/commits\?/, (commits: object[]) =>
        commits.map((commit) => ({ ...commit, author: nobody })),
      );
      expect(await readCommits(stage.repository, number)).toMatchObject([
        { author: { account: null }, committer: { account: account('mona') } },
      ]);
    }
  });

  test('gives every commit up to the limit, and is too large at it: there may be more that nobody saw', async () => {
    const { world, repository } = stage;
    const chain = await stage.commits(248);
    await world.git('update-ref', 'refs/heads/long', chain.at(-1) ?? '');
    const mona = world.person('mona');
    const files = { 'long.yaml': '1' };
    const { number } = await mona.opensPullRequest({ title: 'Long', branch: 'long', files });
    const commits = await readCommits(repository, number);
    expect(commits).toHaveLength(249);
    expect(new Set(commits.map((commit) => commit.sha)).size).toBe(249);
    await mona.writesFiles('long', { 'long.yaml': '2' });
    await expect(readCommits(repository, number)).rejects.toThrow(Unjudgeable);
  });
});

describe('readReviews', () => {
  test('gives each review with its state, its author and its time', async () => {
    const { number, headSha } = await opened();
    const { world, repository } = stage;
    await world.person('lead').approves(number);
    await world.person('nick').reviews(number, 'REQUEST_CHANGES', 'No');
    await world.person('nick').reviews(number, 'COMMENT', 'Well');
    const dismissed = await world.person('boss').approves(number);
    await world.person('boss').dismisses(number, dismissed.data['id'] as number, 'Too quick');
    const review = (login: string, state: string) => ({
      id: expect.any(Number),
      account: account(login),
      state,
      submittedAt: at,
      commitId: headSha,
    });
    expect(await readReviews(repository, number)).toEqual([
      review('lead', 'approved'),
      review('nick', 'changes_requested'),
      review('nick', 'commented'),
      review('boss', 'dismissed'),
    ]);
  });

  test('gives every one, however many pages they are', async () => {
    const { number } = await opened();
    for (let index = 0; index < 101; index += 1)
      await stage.world.person('nick').reviews(number, 'COMMENT', `${index}`);
    await stage.world.person('lead').reviews(number, 'REQUEST_CHANGES', 'Too much talk');
    const reviews = await readReviews(stage.repository, number);
    expect(reviews).toHaveLength(102);
    expect(reviews.at(-1)).toMatchObject({ account: account('lead'), state: 'changes_requested' });
  });

  test('knows a review whose author was deleted, and one whose commit is gone', async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    stage.traffic.alter(/\/reviews/, (reviews: object[]) =>
      reviews.map((review) => ({ ...review, user: null, commit_id: null })),
    );
    expect(await readReviews(stage.repository, number)).toMatchObject([
      { account: { id: 10_137, login: 'ghost', bot: false }, state: 'approved', commitId: null },
    ]);
  });

  test("takes a pending review for nobody's word yet", async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    stage.traffic.alter(/\/reviews/, (reviews: object[]) =>
      reviews.map((review) => ({ ...review, state: 'PENDING', submitted_at: undefined })),
    );
    expect(await readReviews(stage.repository, number)).toEqual([]);
  });

  test('knows a bot for one', async () => {
    const { number } = await opened();
    const { world, repository } = stage;
    const app = await world.installApp({
      slug: 'rubber-stamp',
      permissions: { pull_requests: 'write', contents: 'write' },
      events: [],
    });
    const other = await stage.openedBy(app);
    await other.octokit.rest.pulls.createReview({
      owner: 'acme',
      repo: 'access',
      pull_number: number,
      event: 'APPROVE',
    });
    expect(await readReviews(repository, number)).toMatchObject([
      { account: { login: 'rubber-stamp[bot]', bot: true } },
    ]);
  });

  test('throws where they can not be read', async () => {
    const { number } = await opened();
    stage.traffic.answer(/\/reviews/, 502);
    await expect(readReviews(stage.repository, number)).rejects.toMatchObject({ status: 502 });
  });
});
