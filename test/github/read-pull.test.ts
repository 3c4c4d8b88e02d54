import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withSigners } from '../../src/github/read-commits.ts';
import { readPull } from '../../src/github/read-pull.ts';
import { LimitReached } from '../../src/github/rate-limits.ts';
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

const readCommits = async (number: number) => {
  const pull = await readPull(stage.repository, number);
  return pull?.commits && withSigners(stage.repository, number, pull.commits);
};
const readReviews = async (number: number) => (await readPull(stage.repository, number))?.reviews;

/** Bends what GraphQL tells of the pull request. */
function bend<Node>(change: (pull: Node) => object): void {
  stage.traffic.alter(GRAPHQL, ({ data }: { data: { repository: { pullRequest: Node } } }) => ({
    data: { repository: { ...data.repository, pullRequest: change(data.repository.pullRequest) } },
  }));
}

interface Listed {
  readonly nodes: readonly object[];
}

const GRAPHQL = /\/graphql query$/;

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
      commits: [expect.objectContaining({ sha: headSha })],
      reviews: [],
      pullsOfHead: [number],
      mayBeChecked: false,
      tip: (await stage.world.git('rev-parse', 'main')).trim(),
    });
  });

  test('asks once, whatever there is to know', async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    stage.traffic.forget();
    await readPull(stage.repository, number);
    expect(stage.traffic.calls.map(({ line }) => line)).toEqual(['POST /graphql query']);
  });

  test('is null where there is none', async () => {
    expect(await readPull(stage.repository, 9999)).toBeNull();
  });

  test('throws where there is no such repository: it is not known what is in it', async () => {
    const renamed = { ...stage.repository, repo: 'gone' };
    await expect(readPull(renamed, 1)).rejects.toMatchObject({ errors: [{ type: 'NOT_FOUND' }] });
  });

  test.each([403, 500])('throws where GitHub answers with %i', async (status) => {
    const { number } = await opened();
    stage.traffic.answer(GRAPHQL, status);
    await expect(readPull(stage.repository, number)).rejects.toMatchObject({ status });
  });

  test.each([
    [
      'of which GitHub could not read a part',
      [{ type: 'FORBIDDEN', path: ['repository', 'ref'], message: 'No' }],
    ],
    ['where it gave up', [{ message: 'Something went wrong while executing your query.' }]],
    [
      'where more than the pull request is missing',
      [
        { type: 'NOT_FOUND', path: ['repository', 'pullRequest'], message: 'No' },
        { type: 'NOT_FOUND', path: ['repository', 'ref'], message: 'No' },
      ],
    ],
  ])('throws at an answer %s, whatever else it tells', async (_, errors) => {
    const { number } = await opened();
    stage.traffic.alter(GRAPHQL, (answer: object) => ({ ...answer, errors }));
    await expect(readPull(stage.repository, number)).rejects.toThrow(errors[0]?.message);
  });

  test('throws where GitHub leaves out what it lists', async () => {
    const { number } = await opened();
    bend((pull: { commits: object }) => ({ ...pull, commits: { ...pull.commits, nodes: [null] } }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('leaves something out');
    stage.traffic.straighten();
    bend((pull: { commits: object }) => ({ ...pull, commits: { ...pull.commits, nodes: [] } }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('lists 0 of 1 commits');
  });

  test('takes a limit for a limit, although GitHub answers 200', async () => {
    const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
    stage.traffic.answer(GRAPHQL, 200, { errors });
    await expect(readPull(stage.repository, 1)).rejects.toBeInstanceOf(LimitReached);
    stage.later(2);
  });

  test('knows which others have the same head, and that a check stands there', async () => {
    const { branch, number, headSha } = await opened();
    const mona = stage.world.person('mona');
    await stage.world.git('branch', 'elsewhere', 'main');
    const { data } = await mona.request<{ number: number }>('POST', '/repos/acme/access/pulls', {
      title: 'The same',
      head: branch,
      base: 'elsewhere',
    });
    await stage.repository.octokit.rest.checks.create({
      owner: 'acme',
      repo: 'access',
      head_sha: headSha,
      name: 'access/policy',
    });
    expect(await readPull(stage.repository, number)).toMatchObject({
      pullsOfHead: [number, data.number],
      mayBeChecked: true,
    });
  });

  test('asks for the others of its head apart where its last commit is another', async () => {
    const { number } = await opened();
    bend((pull: { head: { nodes: { commit: object }[] } }) => ({
      ...pull,
      head: { nodes: pull.head.nodes.map(({ commit }) => ({ commit: { ...commit, oid: '1'.repeat(40) } })) },
    }));
    expect(await readPull(stage.repository, number)).toMatchObject({
      pullsOfHead: [number],
      mayBeChecked: true,
    });
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
    ['a fork', { databaseId: 1, name: 'asks', owner: { login: 'eve' } }, { owner: 'eve', repo: 'asks' }],
    ['a fork that was deleted', null, null],
  ])('knows that its head is in %s', async (_, repo, headIn) => {
    const { number } = await opened();
    bend((pull: object) => ({ ...pull, headRepository: repo }));
    expect(await readPull(stage.repository, number)).toMatchObject({ sameRepository: false, headIn });
  });

  test.each([
    ['deleted', null, { id: 10_137, login: 'ghost', bot: false }],
    [
      'a bot',
      { __typename: 'Bot', databaseId: 7, login: 'dependabot' },
      { id: 7, login: 'dependabot[bot]', bot: true },
    ],
    [
      'one of whom only the name was imported',
      { __typename: 'Mannequin', databaseId: 7, login: 'mona' },
      { id: 7, login: 'mona', bot: true },
    ],
    [
      'an organization',
      { __typename: 'Organization', databaseId: 7, login: 'acme' },
      { id: 7, login: 'acme', bot: true },
    ],
  ])('knows that its author is %s', async (_, user, author) => {
    const { number } = await opened();
    bend((pull: object) => ({ ...pull, author: user }));
    expect(await readPull(stage.repository, number)).toMatchObject({ author });
  });

  test('throws where it does not know which account the author is', async () => {
    const { number } = await opened();
    const author = { __typename: 'EnterpriseUserAccount', login: 'mona' };
    bend((pull: object) => ({ ...pull, author }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('which account mona is');
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
    const [first, second, ...more] = (await readCommits(number)) ?? [];
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
      unnamed({ email: 'who@example.com', user: null });
      stage.traffic.alter(/\/commits\?/, (commits: object[]) =>
        commits.map((commit) => ({ ...commit, author: nobody })),
      );
      expect(await readCommits(number)).toMatchObject([
        { author: { email: 'who@example.com', account: null }, committer: { account: account('mona') } },
      ]);
    }
  });

  test('names by REST the bot that GraphQL does not name', async () => {
    const { number } = await opened();
    unnamed({ email: '7+dependabot[bot]@users.noreply.github.com', user: null });
    const user = { id: 7, login: 'dependabot[bot]', type: 'Bot' };
    stage.traffic.alter(/\/commits\?/, (commits: object[]) =>
      commits.map((commit) => ({ ...commit, author: user })),
    );
    const bot = { id: 7, login: 'dependabot[bot]', bot: true };
    expect(await readCommits(number)).toMatchObject([
      { author: { account: bot }, committer: { account: account('mona') } },
    ]);
  });

  test('throws where REST tells of other commits, or does not tell', async () => {
    const { number } = await opened();
    unnamed(null);
    stage.traffic.alter(/\/commits\?/, () => []);
    await expect(readCommits(number)).rejects.toThrow('pushed to while it was read');
    stage.traffic.straighten();
    unnamed(null);
    stage.traffic.answer(/\/commits\?/, 502);
    await expect(readCommits(number)).rejects.toMatchObject({ status: 502 });
  });

  test('gives every commit up to the limit, and is too large at it: there may be more that nobody saw', async () => {
    const { world } = stage;
    const chain = await stage.commits(248);
    await world.git('update-ref', 'refs/heads/long', chain.at(-1) ?? '');
    const mona = world.person('mona');
    const files = { 'long.yaml': '1' };
    const { number } = await mona.opensPullRequest({ title: 'Long', branch: 'long', files });
    const commits = await readCommits(number);
    expect(commits).toHaveLength(249);
    expect(new Set(commits?.map((commit) => commit.sha)).size).toBe(249);
    await mona.writesFiles('long', { 'long.yaml': '2' });
    expect(await readCommits(number)).toBeNull();
    stage.traffic.forget();
    await readCommits(number);
    expect(stage.traffic.calls).toHaveLength(1);
  });
});

/** A commit whose author is this. */
function unnamed(author: object | null): void {
  bend((pull: { commits: { nodes: { commit: object }[] } }) => ({
    ...pull,
    commits: {
      ...pull.commits,
      nodes: pull.commits.nodes.map(({ commit }) => ({ commit: { ...commit, author } })),
    },
  }));
}

test('throws where it is pushed to between two pages', async () => {
  const { branch, number } = await opened();
  for (let index = 0; index < 101; index += 1)
    await stage.world.person('nick').reviews(number, 'COMMENT', `${index}`);
  stage.traffic.before(GRAPHQL, async () => {
    stage.traffic.before(GRAPHQL, () => stage.world.person('mona').writesFiles(branch, { 'more.yaml': '1' }));
  });
  await expect(readPull(stage.repository, number)).rejects.toThrow('pushed to while it was read');
});

describe('readReviews', () => {
  function bendReviews(change: (review: object) => object): void {
    bend((pull: { reviews: Listed }) => ({
      ...pull,
      reviews: { ...pull.reviews, nodes: pull.reviews.nodes.map(change) },
    }));
  }

  test('knows one by an id of more than 32 bits', async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, fullDatabaseId: '5000000000' }));
    expect(await readReviews(number)).toMatchObject([{ id: 5_000_000_000 }]);
  });

  test('gives each review with its state, its author and its time', async () => {
    const { number, headSha } = await opened();
    const { world } = stage;
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
    expect(await readReviews(number)).toEqual([
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
    const reviews = await readReviews(number);
    expect(reviews).toHaveLength(102);
    expect(reviews?.at(-1)).toMatchObject({ account: account('lead'), state: 'changes_requested' });
  });

  test('knows a review whose author was deleted, and one whose commit is gone', async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, author: null, commit: null }));
    expect(await readReviews(number)).toMatchObject([
      { account: { id: 10_137, login: 'ghost', bot: false }, state: 'approved', commitId: null },
    ]);
  });

  test("takes a pending review for nobody's word yet", async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, state: 'PENDING', submittedAt: null }));
    expect(await readReviews(number)).toEqual([]);
  });

  test('knows a bot for one', async () => {
    const { number } = await opened();
    const { world } = stage;
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
    expect(await readReviews(number)).toMatchObject([{ account: { login: 'rubber-stamp[bot]', bot: true } }]);
  });

  test('throws where it is not known which one it is', async () => {
    const { number } = await opened();
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, fullDatabaseId: null }));
    await expect(readReviews(number)).rejects.toThrow('which review');
  });
});
