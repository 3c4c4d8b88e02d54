import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readPull } from '../../src/github/read-pull.ts';
import { LimitReached } from '../../src/github/rate-limits.ts';
import { bend, GRAPHQL, opened } from './open-pull.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const at = Date.parse('2026-11-23T10:00:00Z');
const account = (login: string) => ({ id: stage.world.person(login).id, login, bot: false });

describe('readPull', () => {
  test('tells what an open pull request is', async () => {
    const { branch, number, headSha } = await opened(stage, 'feature/ünï#1');
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
    const { number } = await opened(stage);
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
    const { number } = await opened(stage);
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
    const { number } = await opened(stage);
    stage.traffic.alter(GRAPHQL, (answer: object) => ({ ...answer, errors }));
    await expect(readPull(stage.repository, number)).rejects.toThrow(errors[0]?.message);
  });

  test('throws where GitHub leaves out what it lists', async () => {
    const { number } = await opened(stage);
    bend(stage, (pull: { commits: object }) => ({ ...pull, commits: { ...pull.commits, nodes: [null] } }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('leaves something out');
    stage.traffic.straighten();
    bend(stage, (pull: { commits: object }) => ({ ...pull, commits: { ...pull.commits, nodes: [] } }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('lists 0 of 1 commits');
  });

  test('takes a limit for a limit, although GitHub answers 200', async () => {
    const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }];
    stage.traffic.answer(GRAPHQL, 200, { errors });
    await expect(readPull(stage.repository, 1)).rejects.toBeInstanceOf(LimitReached);
    stage.later(2);
  });

  test('knows which others have the same head, and that a check stands there', async () => {
    const { branch, number, headSha } = await opened(stage);
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
    const { number } = await opened(stage);
    bend(stage, (pull?: { head: { nodes: { commit: object }[] } }) => ({
      ...pull,
      head: { nodes: pull?.head.nodes.map(({ commit }) => ({ commit: { ...commit, oid: '1'.repeat(40) } })) },
    }));
    expect(await readPull(stage.repository, number)).toMatchObject({
      pullsOfHead: [number],
      mayBeChecked: true,
    });
  });

  test('throws where its commits are not yet those of its head: who wrote that is not known', async () => {
    const { number } = await opened(stage);
    const headRefOid = (await opened(stage)).headSha;
    bend(stage, (pull: object) => ({ ...pull, headRefOid }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('who wrote the head');
  });

  test('knows one that was closed without being merged', async () => {
    const { number } = await opened(stage);
    await stage.world.person('mona').closes(number);
    expect(await readPull(stage.repository, number)).toMatchObject({ open: false, mergedAt: null });
  });

  test("knows one that was merged, by GitHub's clock", async () => {
    const { number } = await opened(stage);
    await stage.world.person('mona').merges(number);
    expect(await readPull(stage.repository, number)).toMatchObject({ open: false, mergedAt: at });
  });

  test.each([
    ['a fork', { databaseId: 1, name: 'asks', owner: { login: 'eve' } }, { owner: 'eve', repo: 'asks' }],
    ['a fork that was deleted', null, null],
  ])('knows that its head is in %s', async (_, repo, headIn) => {
    const { number } = await opened(stage);
    bend(stage, (pull: object) => ({ ...pull, headRepository: repo }));
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
    const { number } = await opened(stage);
    bend(stage, (pull: object) => ({ ...pull, author: user }));
    expect(await readPull(stage.repository, number)).toMatchObject({ author });
  });

  test('throws where it does not know which account the author is', async () => {
    const { number } = await opened(stage);
    const author = { __typename: 'EnterpriseUserAccount', login: 'mona' };
    bend(stage, (pull: object) => ({ ...pull, author }));
    await expect(readPull(stage.repository, number)).rejects.toThrow('which account mona is');
  });
});

test('throws where it is pushed to between two pages', async () => {
  const { branch, number } = await opened(stage);
  for (let index = 0; index < 101; index += 1)
    await stage.world.person('nick').reviews(number, 'COMMENT', `${index}`);
  stage.traffic.before(GRAPHQL, async () => {
    stage.traffic.before(GRAPHQL, () => stage.world.person('mona').writesFiles(branch, { 'more.yaml': '1' }));
  });
  await expect(readPull(stage.repository, number)).rejects.toThrow('pushed to while it was read');
});
