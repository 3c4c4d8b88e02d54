import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, repo, REQUESTS, stage, type Stage } from '../world.ts';

let it: Stage;
let main: string;
beforeAll(async () => {
  it = await stage();
  main = (await it.world.git('rev-parse', 'main')).trim();
});
afterAll(() => it.close());

test('a blob comes as base64 or raw, and goes in either way', async () => {
  const { data: made } = await it.app.git.createBlob({
    ...repo,
    content: Buffer.from([0, 255]).toString('base64'),
    encoding: 'base64',
  });
  const { data: read } = await it.app.git.getBlob({ ...repo, file_sha: made.sha });
  expect(Buffer.from(read.content, 'base64')).toEqual(Buffer.from([0, 255]));
  expect(read).toMatchObject({ encoding: 'base64', size: 2 });
  const { data: text } = await it.app.git.createBlob({ ...repo, content: 'grüß\n' });
  const raw = await it.app.git.getBlob({
    ...repo,
    file_sha: text.sha,
    headers: { accept: 'application/vnd.github.raw+json' },
  });
  expect(raw.data).toBe('grüß\n');
});

test('a commit made from a base tree changes only what it says, and git finds nothing wrong', async () => {
  const { data: tree } = await it.app.git.createTree({
    ...repo,
    base_tree: main,
    tree: [
      { path: 'a/b/c.txt', mode: '100644', type: 'blob', content: 'c\n' },
      { path: 'README.md', mode: '100644', type: 'blob', sha: null },
    ],
  });
  const { data: whole } = await it.app.git.getTree({ ...repo, tree_sha: tree.sha, recursive: 'true' });
  expect(whole.tree.map((entry) => entry.path)).toEqual([
    '.github',
    '.github/CODEOWNERS',
    'a',
    'a/b',
    'a/b/c.txt',
    REQUESTS,
  ]);
  expect(whole.truncated).toBe(false);
  const { data: commit } = await it.app.git.createCommit({
    ...repo,
    message: 'Change',
    tree: tree.sha,
    parents: [main],
  });
  expect(commit).toMatchObject({
    author: { name: 'countersign[bot]', date: '2026-11-23T10:00:00Z' },
    committer: { name: 'GitHub', email: 'noreply@github.com' },
    verification: { verified: true, reason: 'valid' },
  });
  expect(await it.world.git('fsck', '--strict')).not.toMatch(/error|warning/);
});

test('a commit with an author of its own is signed by nobody', async () => {
  const tree = (await it.world.git('rev-parse', 'main^{tree}')).trim();
  const author = { name: 'X', email: 'x@example.com', date: '2020-01-01T00:00:00Z' };
  const { data } = await it.app.git.createCommit({ ...repo, message: 'm', tree, parents: [main], author });
  expect(data).toMatchObject({ author, committer: author, verification: { verified: false } });
  const { data: seen } = await it.app.repos.getCommit({ ...repo, ref: data.sha });
  expect(seen.author).toBeNull();
});

test('taking out a file that is not there is refused', async () => {
  const tree = [{ path: 'nope', mode: '100644' as const, type: 'blob' as const, sha: null }];
  await expect(it.app.git.createTree({ ...repo, base_tree: main, tree })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('GitRPC::BadObjectState'),
  });
});

test.each(['../x', '/x', 'a//b', '.git/config'])('a tree with %s in it is refused', async (bad) => {
  const tree = [{ path: bad, mode: '100644' as const, type: 'blob' as const, content: 'x' }];
  await expect(it.app.git.createTree({ ...repo, tree })).rejects.toMatchObject({ status: 422 });
});

test('refs are made, moved forward, moved back by force alone, and deleted', async () => {
  const mona = it.world.person('mona');
  const { sha: next } = await mona.writesFiles('other', { x: '1' });
  const ref = 'heads/work/one';
  await it.app.git.createRef({ ...repo, ref: `refs/${ref}`, sha: main });
  await expect(it.app.git.createRef({ ...repo, ref: `refs/${ref}`, sha: main })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('Reference already exists'),
  });
  await expect(it.app.git.createRef({ ...repo, ref: 'refs/heads/work', sha: main })).rejects.toMatchObject({
    status: 422,
  });
  await it.app.git.updateRef({ ...repo, ref, sha: next });
  await expect(it.app.git.updateRef({ ...repo, ref, sha: main })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('Update is not a fast forward'),
  });
  const { data } = await it.app.git.updateRef({ ...repo, ref, sha: main, force: true });
  expect(data.object.sha).toBe(main);
  const { data: matching } = await it.app.git.listMatchingRefs({ ...repo, ref: 'heads/wor' });
  expect(matching.map((found) => found.ref)).toEqual(['refs/heads/work/one']);
  await it.app.git.deleteRef({ ...repo, ref });
  await expect(it.app.git.getRef({ ...repo, ref })).rejects.toMatchObject({ status: 404 });
  await expect(it.app.git.updateRef({ ...repo, ref, sha: main })).rejects.toMatchObject({
    message: expect.stringContaining('Reference does not exist'),
  });
});

test.each(['heads/x', 'refs/pull/1/head', 'refs/heads/a..b', 'refs/heads/.x'])(
  '%s is no name for a ref',
  async (ref) => {
    await expect(it.app.git.createRef({ ...repo, ref, sha: main })).rejects.toMatchObject({ status: 422 });
  },
);

test.each(['heads/main~0', 'heads/main^{commit}', 'heads/main@{0}', 'heads/main:README.md'])(
  '%s is a revision of git, not the name of a ref',
  async (ref) => {
    await expect(it.app.git.getRef({ ...repo, ref })).rejects.toMatchObject({ status: 404 });
    await expect(it.app.git.deleteRef({ ...repo, ref })).rejects.toMatchObject({ status: 422 });
  },
);

test('the activity log tells who moved what, newest first', async () => {
  const mona = it.world.person('mona');
  const { sha: first } = await mona.writesFiles('log', { x: '1' });
  const { sha: second } = await mona.writesFiles('log', { x: '2' });
  const { sha: third } = await mona.writesFiles('log', { x: '3' }, 'Again', { forceFrom: 'main' });
  await mona.request('DELETE', `${path}/git/refs/heads/log`);
  const { data } = await it.app.repos.listActivities({ ...repo, ref: 'refs/heads/log' });
  const none = '0'.repeat(40);
  expect(data.map(({ activity_type: type, before, after }) => [type, before, after])).toEqual([
    ['branch_deletion', third, none],
    ['force_push', second, third],
    ['push', first, second],
    ['branch_creation', none, first],
  ]);
  expect(data[0]).toMatchObject({ actor: { login: 'mona' }, timestamp: '2026-11-23T10:00:00Z' });
  const { data: others } = await it.app.repos.listActivities({ ...repo, actor: 'boss' });
  expect(others).toEqual([]);
});

test('lists say where their other pages are', async () => {
  const mona = it.world.person('mona');
  for (const name of ['p1', 'p2', 'p3']) await mona.writesFiles(name, { x: name });
  const first = await it.app.repos.listBranches({ ...repo, per_page: 2 });
  expect(first.headers.link).toMatch(/page=2>; rel="next".*rel="last"/);
  const all = await it.app.paginate(it.app.repos.listBranches, { ...repo, per_page: 2 });
  expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(['main', 'p1', 'p2', 'p3']));
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
});
