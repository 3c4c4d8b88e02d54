import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { withSigners } from '../../src/github/read-commits.ts';
import { readPull } from '../../src/github/read-pull.ts';
import { bend, opened } from './open-pull.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const account = (login: string) => ({ id: stage.world.person(login).id, login, bot: false });

async function readCommits(number: number) {
  const pull = await readPull(stage.repository, number);
  return pull?.commits && withSigners(stage.repository, number, pull.commits);
}

/** A commit whose author is this. */
function unnamed(author: object | null): void {
  bend(stage, (pull: { commits: { nodes: { commit: object }[] } }) => ({
    ...pull,
    commits: {
      ...pull.commits,
      nodes: pull.commits.nodes.map(({ commit }) => ({ commit: { ...commit, author } })),
    },
  }));
}

describe('the commits of a pull request', () => {
  test('tells who wrote and who committed what', async () => {
    const { branch, number, headSha } = await opened(stage);
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
    const { number } = await opened(stage);
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
    const { number } = await opened(stage);
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
    const { number } = await opened(stage);
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
