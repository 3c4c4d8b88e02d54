import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path, repo, REQUESTS, stage, type Stage } from '../world.ts';

let it: Stage;
let hour = 10;
beforeAll(async () => {
  it = await stage({}, () => new Date(`2026-11-23T${hour}:00:00Z`));
});
afterAll(() => it.close());

let count = 0;
async function opened(files: Record<string, string | null>, base = 'main') {
  count += 1;
  return it.world
    .person('mona')
    .opensPullRequest({ title: `Pull ${count}`, branch: `b${count}`, files, base });
}
const read = async (number: number) => (await it.app.pulls.get({ ...repo, pull_number: number })).data;
const tip = async (ref: string) => (await it.world.git('rev-parse', ref)).trim();

test('files, commits and head follow the branch', async () => {
  const pull = await opened({ 'a.txt': 'one\n' });
  expect(pull.head.sha).toBe(await tip(`refs/pull/${pull.number}/head`));
  hour = 11;
  const { sha } = await it.world
    .person('nick')
    .writesFiles('b1', { 'b.txt': 'two\n', 'README.md': 'ONE\ntwo\nthree\n' });
  const { data: files } = await it.app.pulls.listFiles({ ...repo, pull_number: pull.number });
  expect(files.map(({ filename, status }) => [filename, status])).toEqual([
    ['README.md', 'modified'],
    ['a.txt', 'added'],
    ['b.txt', 'added'],
  ]);
  expect(files[0]?.patch).toBe('@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three');
  const { data: commits } = await it.app.pulls.listCommits({ ...repo, pull_number: pull.number });
  expect(commits.map(({ author }) => author?.login)).toEqual(['mona', 'nick']);
  expect(await read(pull.number)).toMatchObject({
    head: { sha, ref: 'b1', label: 'acme:b1' },
    commits: 2,
    changed_files: 3,
    additions: 3,
    deletions: 1,
    mergeable: true,
    mergeable_state: 'clean',
    created_at: '2026-11-23T10:00:00Z',
    updated_at: '2026-11-23T11:00:00Z',
  });
  expect(await tip(`refs/pull/${pull.number}/head`)).toBe(sha);
  await it.world.person('mona').closes(pull.number);
});

test.each([
  ['no new commits', { head: 'empty', base: 'main' }, 'No commits between main and empty'],
  ['a second one', { head: 'twice', base: 'main' }, 'A pull request already exists for acme:twice.'],
])('%s: the pull request is refused', async (_, body, message) => {
  const mona = it.world.person('mona');
  if (body.head === 'empty')
    await mona.request('POST', `${path}/git/refs`, { ref: 'refs/heads/empty', sha: await tip('main') });
  else await mona.opensPullRequest({ title: 'x', branch: 'twice', files: { twice: 'x' } });
  expect(await mona.request('POST', `${path}/pulls`, { ...body, title: 'x' })).toMatchObject({
    status: 422,
    data: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }] },
  });
});

test('a head that has nothing in common with the base is refused, and cannot be compared', async () => {
  const mona = it.world.person('mona');
  const { data: orphan } = await mona.request('POST', `${path}/git/commits`, {
    message: 'Begin anew',
    tree: await tip('main^{tree}'),
    parents: [],
  });
  await mona.request('POST', `${path}/git/refs`, { ref: 'refs/heads/anew', sha: orphan['sha'] });
  const message = 'The anew branch has no history in common with main';
  const body = { title: 'x', head: 'anew', base: 'main' };
  expect(await mona.request('POST', `${path}/pulls`, body)).toMatchObject({
    status: 422,
    data: { message: 'Validation Failed', errors: [{ resource: 'PullRequest', code: 'custom', message }] },
  });
  expect(await mona.request('GET', `${path}/compare/main...anew`)).toMatchObject({
    status: 404,
    data: { message: expect.stringMatching(/^No common ancestor between /) },
  });
});

test.each(['nope', 'main~0'])('a head that does not exist is named: %s', async (head) => {
  const body = { title: 'x', head, base: 'main' };
  expect(await it.world.person('mona').request('POST', `${path}/pulls`, body)).toMatchObject({
    status: 422,
    data: { errors: [{ resource: 'PullRequest', field: 'head', code: 'invalid' }] },
  });
});

describe('merging', () => {
  test('keeps what both sides changed, by a commit of two parents', async () => {
    const pull = await opened({ 'ours.txt': 'x\n' });
    await it.world.person('boss').writesFiles('main', { 'theirs.txt': 'y\n' });
    const before = await tip('main');
    hour = 12;
    const { data } = await it.world.person('nick').merges(pull.number);
    expect(await it.world.git('log', '-1', '--format=%H %P|%an|%cn|%s', 'main')).toBe(
      `${String(data['sha'])} ${before} ${pull.head.sha}|nick|GitHub|Merge pull request #${pull.number} from acme/${pull.head.ref}\n`,
    );
    expect(await it.world.git('ls-tree', '--name-only', 'main')).toMatch(/ours\.txt\n.*theirs\.txt/s);
    expect(await read(pull.number)).toMatchObject({
      state: 'closed',
      merged: true,
      merged_at: '2026-11-23T12:00:00Z',
      merged_by: { login: 'nick' },
      merge_commit_sha: data['sha'],
      changed_files: 1,
    });
    const { data: log } = await it.app.repos.listActivities({ ...repo, ref: 'main', per_page: 1 });
    expect(log).toMatchObject([
      { activity_type: 'pr_merge', before, after: data['sha'], actor: { login: 'nick' } },
    ]);
    expect((await it.world.person('nick').merges(pull.number)).status).toBe(405);
  });

  test('squashes into one commit of the author, naming whoever else wrote', async () => {
    const pull = await opened({ 's.txt': '1\n' });
    await it.world.person('nick').writesFiles(pull.head.ref, { 's.txt': '2\n' }, 'More');
    const before = await tip('main');
    expect((await it.world.person('lead').merges(pull.number, { method: 'squash' })).status).toBe(200);
    const log = await it.world.git('log', '-1', '--format=%P|%an|%cn|%B', 'main');
    expect(log).toMatch(
      `${before}|Mona Lisa|GitHub|Pull ${count} (#${pull.number})\n\n* Pull ${count}\n\n* More\n\nCo-authored-by: nick <`,
    );
  });

  test('rebases commit by commit, keeping each author', async () => {
    const pull = await opened({ 'r.txt': '1\n' });
    await it.world.person('nick').writesFiles(pull.head.ref, { 'r.txt': '2\n' }, 'Second');
    await it.world.person('boss').writesFiles('main', { 'between.txt': 'x\n' });
    const before = await tip('main');
    expect((await it.world.person('lead').merges(pull.number, { method: 'rebase' })).status).toBe(200);
    expect(await it.world.git('log', '--format=%an %cn %s', `${before}..main`)).toBe(
      `nick lead Second\nMona Lisa lead Pull ${count}\n`,
    );
    expect(await it.world.git('show', 'main:r.txt')).toBe('2\n');
    expect(await it.world.git('show', 'main:between.txt')).toBe('x\n');
  });

  test('is refused where both sides changed the same line', async () => {
    const pull = await opened({ 'README.md': 'mine\ntwo\nthree\n' });
    await it.world.person('boss').writesFiles('main', { 'README.md': 'yours\ntwo\nthree\n' });
    expect(await read(pull.number)).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    for (const method of ['merge', 'squash', 'rebase'] as const)
      expect(await it.world.person('mona').merges(pull.number, { method })).toMatchObject({
        status: 405,
        data: { message: 'Pull Request is not mergeable' },
      });
  });

  test('is refused where the head has moved, and while it is a draft', async () => {
    const pull = await opened({ 'm.txt': '1\n' });
    await it.world.person('mona').writesFiles(pull.head.ref, { 'm.txt': '2\n' });
    expect(await it.world.person('mona').merges(pull.number, { sha: pull.head.sha })).toMatchObject({
      status: 409,
      data: { message: 'Head branch was modified. Review and try the merge again.' },
    });
    const draft = await it.world
      .person('mona')
      .opensPullRequest({ title: 'd', branch: 'draft', files: { d: 'd' }, draft: true });
    expect(draft['mergeable_state']).toBe('draft');
    expect((await it.world.person('mona').merges(draft.number)).status).toBe(405);
  });

  test('by a push that contains the head counts, and is not called a merge in the log', async () => {
    const pull = await opened({ 'pushed.txt': 'x\n' });
    hour = 13;
    await it.world.person('boss').request('PATCH', `${path}/git/refs/heads/main`, { sha: pull.head.sha });
    expect(await read(pull.number)).toMatchObject({
      merged: true,
      merged_by: { login: 'boss' },
      merged_at: '2026-11-23T13:00:00Z',
      merge_commit_sha: pull.head.sha,
    });
    const { data } = await it.app.repos.listActivities({ ...repo, ref: 'main', per_page: 1 });
    expect(data[0]?.activity_type).toBe('push');
  });
});

test('a commit knows the pull requests that hold it', async () => {
  const pull = await opened({ 'known.txt': 'x\n' });
  const { data } = await it.app.repos.listPullRequestsAssociatedWithCommit({
    ...repo,
    commit_sha: pull.head.sha,
  });
  expect(data.map(({ number }) => number)).toEqual([pull.number]);
  const merged = await it.world.person('mona').merges(pull.number);
  const { data: after } = await it.app.repos.listPullRequestsAssociatedWithCommit({
    ...repo,
    commit_sha: String(merged.data['sha']),
  });
  expect(after.map(({ number }) => number)).toEqual([pull.number]);
});

test('base.sha stays where it was until the head is pushed', async () => {
  const pull = await opened({ 'stale.txt': 'x\n' });
  const { sha } = await it.world.person('boss').writesFiles('main', { 'moved.txt': 'x\n' });
  expect((await read(pull.number)).base.sha).toBe(pull.base.sha);
  await it.world.person('mona').writesFiles(pull.head.ref, { 'stale.txt': 'y\n' });
  expect((await read(pull.number)).base.sha).toBe(sha);
});

test('a pull request is retargeted, closed, reopened, and closed for good with its branch', async () => {
  const mona = it.world.person('mona');
  await it.world.person('boss').writesFiles('release', { 'release.txt': 'x\n' });
  const pull = await opened({ 'retarget.txt': 'x\n' });
  const url = `${path}/pulls/${pull.number}`;
  const edited = await mona.request('PATCH', url, { base: 'release', title: 'New' });
  expect(edited.data).toMatchObject({ title: 'New', base: { ref: 'release', sha: await tip('release') } });
  expect((await mona.closes(pull.number)).data).toMatchObject({ state: 'closed', merged: false });
  expect((await mona.request('PATCH', url, { state: 'open' })).data).toMatchObject({
    state: 'open',
    closed_at: null,
  });
  await mona.request('DELETE', `${path}/git/refs/heads/${pull.head.ref}`);
  expect((await read(pull.number)).state).toBe('closed');
  expect((await mona.request('PATCH', url, { state: 'open' })).status).toBe(422);
  expect((await it.world.person('nick').request('PATCH', url, { title: 'x' })).status).toBe(200);
  expect((await it.world.person('bob').request('PATCH', url, { title: 'x' })).status).toBe(403);
});

test('the base is merged into the head on request', async () => {
  const pull = await opened({ 'update.txt': 'x\n' });
  const { sha } = await it.world.person('boss').writesFiles('main', { 'newer.txt': 'x\n' });
  const url = `${path}/pulls/${pull.number}/update-branch`;
  const mona = it.world.person('mona');
  expect((await mona.request('PUT', url, { expected_head_sha: sha })).status).toBe(422);
  expect((await mona.request('PUT', url, { expected_head_sha: pull.head.sha })).status).toBe(202);
  expect(await it.world.git('log', '-1', '--format=%P|%s', `refs/pull/${pull.number}/head`)).toBe(
    `${pull.head.sha} ${sha}|Merge branch 'main' into ${pull.head.ref}\n`,
  );
  expect((await mona.request('PUT', url, {})).data).toMatchObject({
    message: 'There are no new commits on the base branch.',
  });
});

test('lists are filtered by state, head and base', async () => {
  const pull = await opened({ 'list.txt': 'x\n' });
  const list = async (filter: object) =>
    (await it.app.pulls.list({ ...repo, ...filter })).data.map(({ number }) => number);
  expect(await list({ head: `acme:${pull.head.ref}` })).toEqual([pull.number]);
  expect(await list({ head: `acme:${pull.head.ref}`, base: 'release' })).toEqual([]);
  await it.world.person('mona').closes(pull.number);
  expect(await list({ state: 'open' })).not.toContain(pull.number);
  expect(await list({ state: 'closed', head: `acme:${pull.head.ref}` })).toEqual([pull.number]);
  await expect(it.app.pulls.list({ ...repo, sort: 'popularity' })).rejects.toMatchObject({ status: 422 });
});

test('code owners are asked to review what they own, drafts ask nobody', async () => {
  const pull = await opened({ [REQUESTS]: 'requests: [owned]\n' });
  expect(await read(pull.number)).toMatchObject({ requested_teams: [{ slug: 'data-owners' }] });
  const draft = await it.world.person('mona').opensPullRequest({
    title: 'd',
    branch: 'draft2',
    files: { [REQUESTS]: 'requests: []\n#\n' },
    draft: true,
  });
  expect((await read(draft.number)).requested_teams).toEqual([]);
  const mona = it.world.person('mona');
  const url = `${path}/pulls/${pull.number}/requested_reviewers`;
  expect((await mona.request('POST', url, { reviewers: ['mona'] })).data).toMatchObject({
    message: 'Review cannot be requested from pull request author.',
  });
  expect((await mona.request('POST', url, { reviewers: ['eve'] })).status).toBe(422);
  expect((await mona.request('POST', url, { reviewers: ['nick'] })).data).toMatchObject({
    requested_reviewers: [{ login: 'nick' }],
  });
  expect((await mona.request('DELETE', url, { reviewers: ['nick'] })).data).toMatchObject({
    requested_reviewers: [],
  });
  await it.world.person('lead').approves(pull.number);
  expect((await read(pull.number)).requested_teams).toEqual([]);
});
