import { afterAll, beforeAll, expect, test } from 'vitest';
import { repo, REQUESTS, stage, type Stage } from '../world.ts';

let it: Stage;
let main: string;
let tip: string;
beforeAll(async () => {
  it = await stage();
  main = (await it.world.git('rev-parse', 'main')).trim();
  const mona = it.world.person('mona');
  await mona.writesFiles('work', { [REQUESTS]: 'requests: [one]\n' }, 'One');
  ({ sha: tip } = await mona.writesFiles('work', { 'new.txt': 'new\n', 'README.md': null }, 'Two', {
    coAuthors: ['nick'],
  }));
});
afterAll(() => it.close());

test('commits are listed newest first, of a path where asked', async () => {
  const { data } = await it.app.repos.listCommits({ ...repo, sha: 'work' });
  expect(data.map(({ commit }) => commit.message.split('\n')[0])).toEqual(['Two', 'One', 'Initial commit']);
  expect(data[0]?.author).toMatchObject({ login: 'mona' });
  expect(data[0]?.commit.message).toMatch(
    /\n\nCo-authored-by: nick <\d+\+nick@users\.noreply\.github\.com>$/,
  );
  const { data: ofPath } = await it.app.repos.listCommits({ ...repo, sha: 'work', path: REQUESTS });
  expect(ofPath.map(({ commit }) => commit.message)).toEqual(['One', 'Initial commit']);
  await expect(it.app.repos.listCommits({ ...repo, since: '2026-01-01T00:00:00Z' })).rejects.toMatchObject({
    status: 422,
  });
});

test('a commit comes with what it changed', async () => {
  const { data } = await it.app.repos.getCommit({ ...repo, ref: tip });
  expect(data.stats).toEqual({ total: 4, additions: 1, deletions: 3 });
  expect(data.files).toMatchObject([
    { filename: 'README.md', status: 'removed', additions: 0, deletions: 3 },
    { filename: 'new.txt', status: 'added', patch: '@@ -0,0 +1 @@\n+new' },
  ]);
  await expect(it.app.repos.getCommit({ ...repo, ref: 'f'.repeat(40) })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('No commit found for SHA'),
  });
});

test('a comparison starts from the merge base', async () => {
  await it.world.person('boss').writesFiles('main', { 'other.txt': 'x\n' });
  const { data } = await it.app.repos.compareCommitsWithBasehead({ ...repo, basehead: 'main...work' });
  expect(data).toMatchObject({
    status: 'diverged',
    ahead_by: 2,
    behind_by: 1,
    total_commits: 2,
    merge_base_commit: { sha: main },
  });
  expect(data.files?.map(({ filename }) => filename)).toEqual(['README.md', REQUESTS, 'new.txt']);
  const same = await it.app.repos.compareCommitsWithBasehead({ ...repo, basehead: 'work...work' });
  expect(same.data.status).toBe('identical');
});

test('a file that became a symlink is one change', async () => {
  const nick = it.world.person('nick');
  const { sha } = await nick.writesFiles('link', { [REQUESTS]: 'README.md' }, 'Link', {
    mode: { [REQUESTS]: '120000' },
  });
  const { data } = await it.app.repos.getCommit({ ...repo, ref: sha });
  expect(data.files).toMatchObject([{ filename: REQUESTS, status: 'changed', additions: 1, deletions: 1 }]);
  const { data: tree } = await it.app.git.getTree({ ...repo, tree_sha: sha });
  expect(tree.tree.find((entry) => entry.path === REQUESTS)?.mode).toBe('120000');
  // The contents API follows it, the git data API does not.
  const { data: file } = await it.app.repos.getContent({ ...repo, path: REQUESTS, ref: 'link' });
  expect(file).toMatchObject({ type: 'file', path: REQUESTS, size: 14 });
});

test('files are read, written and deleted by path, each a commit signed by GitHub', async () => {
  const content = Buffer.from('hello\n').toString('base64');
  const place = { ...repo, path: 'notes/one two.txt', branch: 'work' };
  const { data: made, status } = await it.app.repos.createOrUpdateFileContents({
    ...place,
    message: 'Note',
    content,
  });
  expect(status).toBe(201);
  expect(made.commit.verification?.verified).toBe(true);
  const sha = made.content?.sha ?? '';
  const { data: read } = await it.app.repos.getContent({ ...repo, path: place.path, ref: 'work' });
  expect(read).toMatchObject({
    type: 'file',
    name: 'one two.txt',
    sha,
    encoding: 'base64',
    content: `${content}\n`,
  });
  const raw = await it.app.repos.getContent({
    ...repo,
    path: place.path,
    ref: 'work',
    mediaType: { format: 'raw' },
  });
  expect(raw.data).toBe('hello\n');
  await expect(
    it.app.repos.createOrUpdateFileContents({ ...place, message: 'Again', content }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(
    it.app.repos.createOrUpdateFileContents({ ...place, message: 'Again', content, sha: tip }),
  ).rejects.toMatchObject({ status: 409 });
  const { data: listed } = await it.app.repos.getContent({ ...repo, path: 'notes', ref: 'work' });
  expect(listed).toMatchObject([{ type: 'file', path: 'notes/one two.txt', size: 6 }]);
  await it.app.repos.deleteFile({ ...place, message: 'Out', sha });
  await expect(it.app.repos.getContent({ ...place, ref: 'work' })).rejects.toMatchObject({ status: 404 });
});

test('a branch shows its tip and whether it is protected', async () => {
  it.world.protect('main', { requiredChecks: [{ context: 'ci', appId: 7 }] });
  const { data } = await it.app.repos.getBranch({ ...repo, branch: 'main' });
  expect(data).toMatchObject({
    name: 'main',
    protected: true,
    protection: { required_status_checks: { checks: [{ context: 'ci', app_id: 7 }] } },
  });
  await expect(it.app.repos.getBranch({ ...repo, branch: 'none' })).rejects.toMatchObject({
    status: 404,
    message: expect.stringContaining('Branch not found'),
  });
});
