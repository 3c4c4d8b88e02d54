import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readCommitsBetween, readMoves, readPullsOf } from '../../src/github/read-branch.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

let files = 0;
const main = async () => (await stage.world.git('rev-parse', 'main')).trim();

async function pushed(branch: string): Promise<string> {
  return (await stage.world.person('mona').writesFiles(branch, { n: `${(files += 1)}` })).sha;
}

describe('readMoves', () => {
  test('goes back to the move that left a commit, the last move first', async () => {
    const [first, second, third] = [await main(), await pushed('main'), await pushed('main')];
    await pushed('elsewhere');
    expect((await readMoves(stage.repository, second)).slice(0, 1)).toEqual([
      { before: second, after: third },
    ]);
    expect((await readMoves(stage.repository, first)).slice(0, 2)).toEqual([
      { before: second, after: third },
      { before: first, after: second },
    ]);
  });

  test('reads as many pages as it takes, and no more', async () => {
    const from = await main();
    const other = await pushed('other');
    for (let index = 0; index < 101; index += 1)
      await stage.world.person('boss').request('PATCH', '/repos/acme/access/git/refs/heads/main', {
        sha: index % 2 === 0 ? other : from,
        force: true,
      });
    stage.traffic.forget();
    await readMoves(stage.repository, from);
    expect(stage.traffic.calls).toHaveLength(1);
    stage.traffic.forget();
    expect((await readMoves(stage.repository, 'f'.repeat(40))).length).toBeGreaterThan(100);
    expect(stage.traffic.calls).toHaveLength(2);
  });

  test('throws where the log can not be read', async () => {
    stage.traffic.answer(/\/activity/, 403);
    await expect(readMoves(stage.repository, await main())).rejects.toMatchObject({ status: 403 });
  });
});

describe('readCommitsBetween', () => {
  test('gives what a branch gained, side branches included', async () => {
    const before = await main();
    const side = await pushed('side');
    const { number } = await stage.world.person('mona').opensPullRequest({ title: 'Side', branch: 'side' });
    await stage.world.person('mona').merges(number);
    const merge = await main();
    expect(await readCommitsBetween(stage.repository, before, merge)).toEqual([side, merge]);
    expect(await readCommitsBetween(stage.repository, merge, merge)).toEqual([]);
  });

  test('gives every one, however many pages they are', async () => {
    const before = await main();
    const commits = await stage.commits(101);
    expect(await readCommitsBetween(stage.repository, before, commits.at(-1) ?? '')).toEqual(commits);
  });

  test('throws where a commit is gone', async () => {
    await expect(readCommitsBetween(stage.repository, '1'.repeat(40), await main())).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('readPullsOf', () => {
  test('names the pull requests of commits, each once, open or merged', async () => {
    const mona = stage.world.person('mona');
    const heads = [await pushed('one'), await pushed('two')];
    const one = await mona.opensPullRequest({ title: 'One', branch: 'one' });
    const two = await mona.opensPullRequest({ title: 'Two', branch: 'two' });
    await mona.merges(one.number);
    expect(await readPullsOf(stage.repository, [...heads.toReversed(), await main()])).toEqual([
      one.number,
      two.number,
    ]);
    expect(await readPullsOf(stage.repository, [])).toEqual([]);
  });

  test('asks for many commits at once, and for the rest of a long list', async () => {
    const tip = await main();
    stage.traffic.forget();
    await readPullsOf(
      stage.repository,
      Array.from({ length: 51 }, () => tip),
    );
    expect(stage.traffic.calls).toHaveLength(2);
    const page = (number: number, hasNextPage: boolean) => ({
      data: {
        repository: {
          commit0: {
            associatedPullRequests: { nodes: [{ number }], pageInfo: { hasNextPage, endCursor: 'more' } },
          },
        },
      },
    });
    const pages = [page(7, true), page(8, false)];
    stage.traffic.alter(/graphql query$/, () => pages.shift());
    expect(await readPullsOf(stage.repository, [tip])).toEqual([7, 8]);
    stage.traffic.straighten();
  });

  test('throws where one of them can not be read', async () => {
    const [known, other] = [await main(), await pushed('three')];
    await expect(readPullsOf(stage.repository, [known, '1'.repeat(40)])).rejects.toThrow('1111');
    stage.traffic.answer(/graphql query$/, 503);
    await expect(readPullsOf(stage.repository, [known, other])).rejects.toMatchObject({ status: 503 });
  });
});
