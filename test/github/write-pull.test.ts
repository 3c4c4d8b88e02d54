import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LimitReached } from '../../src/github/rate-limits.ts';
import { readPull } from '../../src/github/read-pull.ts';
import { closePull, comment, deleteBranch, mergePull, openPull } from '../../src/github/write-pull.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const on = { owner: 'acme', repo: 'access' };
let branches = 0;

async function branch(name = `countersign/revert-${(branches += 1)}`): Promise<string> {
  await stage.world.person('mona').writesFiles(name, { [`${(branches += 1)}.txt`]: '1' });
  return name;
}

async function opened(name?: string) {
  const from = await branch(name);
  const number = await openPull(stage.repository, { branch: from, title: 'Take it out', body: 'Because' });
  const facts = await readPull(stage.repository, number);
  return { number, branch: from, headSha: facts?.headSha ?? '' };
}

describe('openPull', () => {
  test("opens the app's own pull request", async () => {
    const { number, branch: from } = await opened();
    const { data } = await stage.repository.octokit.rest.pulls.get({ ...on, pull_number: number });
    expect(data).toMatchObject({
      title: 'Take it out',
      body: 'Because',
      head: { ref: from },
      base: { ref: 'main' },
      user: { login: 'countersign[bot]' },
    });
  });

  test.each(['countersign/revert-ünï', 'countersign/a+b#c&d'])('finds it again (%s)', async (name) => {
    const { number } = await opened(name);
    stage.traffic.forget();
    const again = { branch: name, title: 'Take it out', body: 'Because' };
    expect(await openPull(stage.repository, again)).toBe(number);
    expect(stage.traffic.writes()).toEqual([]);
    expect(await openPull(stage.repository, { ...again, title: 'Take both out' })).toBe(number);
    const { data } = await stage.repository.octokit.rest.pulls.get({ ...on, pull_number: number });
    expect(data.title).toBe('Take both out');
  });

  test('opens another one where the one before is closed', async () => {
    const { number, branch: from } = await opened();
    await closePull(stage.repository, number);
    expect(await openPull(stage.repository, { branch: from, title: 'Again', body: '' })).toBeGreaterThan(
      number,
    );
  });

  test('does not take one into another branch for it', async () => {
    const { world, repository } = stage;
    const from = await branch();
    await world.person('mona').request('POST', '/repos/acme/access/git/refs', {
      ref: `refs/heads/base-of-${from}`,
      sha: (await world.git('rev-parse', 'main')).trim(),
    });
    const elsewhere = await world.person('mona').opensPullRequest({
      title: 'Elsewhere',
      branch: from,
      base: `base-of-${from}`,
    });
    expect(await openPull(repository, { branch: from, title: 'Here', body: '' })).toBeGreaterThan(
      elsewhere.number,
    );
  });

  test('does not take one from a fork in the organization, whose label is the same, for its own', async () => {
    const { number, branch: from } = await opened();
    interface Listed {
      head: object;
    }
    stage.traffic.alter(/^GET .*\/pulls\?/, (pulls: Listed[]) =>
      pulls.map((pull) => ({ ...pull, head: { ...pull.head, repo: { id: 1 } } })),
    );
    await closePull(stage.repository, number);
    const other = await openPull(stage.repository, { branch: from, title: 'Ours', body: '' });
    await expect(openPull(stage.repository, { branch: from, title: 'Ours', body: '' })).rejects.toMatchObject(
      { status: 422 },
    );
    stage.traffic.straighten();
    expect(await openPull(stage.repository, { branch: from, title: 'Ours', body: '' })).toBe(other);
  });
});

describe('mergePull', () => {
  test('merges at exactly this head', async () => {
    const { number, headSha } = await opened();
    const outcome = await mergePull(stage.repository, number, headSha);
    const tip = (await stage.world.git('rev-parse', 'main')).trim();
    expect(outcome).toEqual({ merged: tip });
    expect(await stage.world.git('rev-parse', 'main^2')).toBe(`${headSha}\n`);
  });

  test('is refused where the head has moved', async () => {
    const { number, branch: from, headSha } = await opened();
    await stage.world.person('nick').writesFiles(from, { 'more.txt': '1' });
    expect(await mergePull(stage.repository, number, headSha)).toEqual({
      refused: expect.stringContaining('Head branch was modified'),
    });
    expect(await readPull(stage.repository, number)).toMatchObject({ open: true, mergedAt: null });
  });

  test('is refused where the rules of the branch do, and asked once', async () => {
    const { number, headSha } = await opened();
    stage.world.protect('main', { requiredApprovals: 1 });
    stage.traffic.forget();
    const outcome = await mergePull(stage.repository, number, headSha);
    stage.world.protect('main', {});
    expect(outcome).toEqual({ refused: expect.stringContaining('approving review is required') });
    expect(stage.traffic.writes()).toHaveLength(1);
  });

  test('is refused where it is closed', async () => {
    const { number, headSha } = await opened();
    await closePull(stage.repository, number);
    expect(await mergePull(stage.repository, number, headSha)).toEqual({
      refused: expect.stringContaining('not mergeable'),
    });
  });

  test('is refused where the app may not', async () => {
    stage.traffic.answer(/\/merge$/, 403, { message: 'Resource not accessible by integration' });
    expect(await mergePull(stage.repository, 1, 'f'.repeat(40))).toEqual({
      refused: expect.stringContaining('Resource not accessible by integration'),
    });
  });

  test.each([
    [500, 'Server Error'],
    [404, 'Not Found'],
  ])('throws where nobody refused it (%i %s)', async (status, message) => {
    stage.traffic.answer(/\/merge$/, status, { message });
    await expect(mergePull(stage.repository, 1, 'f'.repeat(40))).rejects.toMatchObject({ status });
  });

  test.each([
    [403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'],
    [403, 'API rate limit exceeded for installation ID 1.'],
    [429, 'Too many requests'],
  ])('is not refused for a limit (%i %s)', async (status, message) => {
    stage.traffic.answer(/\/merge$/, status, { message });
    await expect(mergePull(stage.repository, 1, 'f'.repeat(40))).rejects.toBeInstanceOf(LimitReached);
    stage.later(1);
  });
});

describe('closePull', () => {
  test('closes, and closes again', async () => {
    const { number } = await opened();
    await closePull(stage.repository, number);
    await closePull(stage.repository, number);
    expect(await readPull(stage.repository, number)).toMatchObject({ open: false, mergedAt: null });
  });
});

describe('deleteBranch', () => {
  test.each(['countersign/done', 'countersign/dönè#1'])('removes %s, gone or not', async (name) => {
    await branch(name);
    await deleteBranch(stage.repository, name);
    expect(await stage.reader().tip(name)).toBeNull();
    await deleteBranch(stage.repository, name);
  });

  test('says so where GitHub keeps the branch', async () => {
    const name = await branch();
    stage.world.protect(name, {});
    await expect(deleteBranch(stage.repository, name)).rejects.toThrow('Cannot delete this protected branch');
  });
});

describe('comment', () => {
  const bodies = async (number: number) => {
    const { octokit } = stage.repository;
    const { data } = await octokit.rest.issues.listComments({ ...on, issue_number: number, per_page: 100 });
    return data.map(({ body }) => body);
  };

  test('is said once, and edited where its text differs', async () => {
    const { number } = await opened();
    await comment(stage.repository, number, 'grants', 'Granted');
    stage.traffic.forget();
    await comment(stage.repository, number, 'grants', 'Granted');
    expect(stage.traffic.writes()).toEqual([]);
    await comment(stage.repository, number, 'grants', 'Granted, and ended');
    expect(await bodies(number)).toEqual(['Granted, and ended\n<!-- countersign:grants -->']);
  });

  test('is another one for another marker', async () => {
    const { number } = await opened();
    for (const marker of ['grants', 'refusals', 'grants'])
      await comment(stage.repository, number, marker, 'It');
    expect(await bodies(number)).toEqual([
      'It\n<!-- countersign:grants -->',
      'It\n<!-- countersign:refusals -->',
    ]);
  });

  test('is left alone where GitHub keeps its text with other white space at the end', async () => {
    const { number } = await opened();
    await comment(stage.repository, number, 'grants', 'Granted');
    interface Kept {
      body: string;
    }
    stage.traffic.alter(/^GET .*\/comments/, (comments: Kept[]) =>
      comments.map((kept) => ({ ...kept, body: `${kept.body}\n` })),
    );
    stage.traffic.forget();
    await comment(stage.repository, number, 'grants', 'Granted');
    expect(stage.traffic.writes()).toEqual([]);
  });

  test('is found again however long the conversation is', async () => {
    const { number } = await opened();
    for (let index = 0; index < 100; index += 1) await stage.world.person('mona').comments(number, 'Hm');
    await comment(stage.repository, number, 'grants', 'Granted');
    stage.traffic.forget();
    await comment(stage.repository, number, 'grants', 'Granted');
    expect(stage.traffic.writes()).toEqual([]);
  });

  test("is not a person's or another app's that bears the marker", async () => {
    const { number } = await opened();
    const forged = 'Granted for ever\n<!-- countersign:grants -->';
    await stage.world.person('mona').comments(number, forged);
    const app = await stage.world.installApp({
      slug: 'chatterbox',
      permissions: { pull_requests: 'write', issues: 'write', contents: 'read' },
      events: [],
    });
    const other = await stage.openedBy(app);
    await other.octokit.rest.issues.createComment({ ...on, issue_number: number, body: forged });
    await comment(stage.repository, number, 'grants', 'Granted');
    expect(await bodies(number)).toEqual([forged, forged, 'Granted\n<!-- countersign:grants -->']);
  });

  test('is not what a person said through the app', async () => {
    const { number } = await opened();
    await comment(stage.repository, number, 'grants', 'Said by mona');
    interface Said {
      user: object;
    }
    stage.traffic.alter(/^GET .*\/comments/, (comments: Said[]) =>
      comments.map((said) => ({ ...said, user: { ...said.user, type: 'User' } })),
    );
    await comment(stage.repository, number, 'grants', 'Granted');
    expect(await bodies(number)).toHaveLength(2);
  });

  test('is not said where it is not known what was said', async () => {
    const { number } = await opened();
    stage.traffic.answer(/^GET .*\/comments/, 502);
    stage.traffic.forget();
    await expect(comment(stage.repository, number, 'grants', 'Granted')).rejects.toMatchObject({
      status: 502,
    });
    expect(stage.traffic.writes()).toEqual([]);
  });
});
