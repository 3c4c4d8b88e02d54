import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GITHUB_LIMITS } from '../../../src/sandbox/model/limits.ts';
import { path, receiver, repo, stage, type Stage } from '../world.ts';

// Where GitHub stops, with smaller numbers where reaching the real ones would be slow.
const small = {
  pullFiles: 3,
  pullCommits: 2,
  comparedFiles: 2,
  comparedCommits: 2,
  directoryEntries: 2,
  treeEntries: 4,
  inlineContent: 10,
  blob: 20,
  pushedCommits: 2,
  webhook: 25_000,
};

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let pull: { number: number };
beforeAll(async () => {
  [it, hook] = await Promise.all([stage({}, undefined, small), receiver()]);
  it.world.deliverTo(hook.url);
  const mona = it.world.person('mona');
  await mona.writesFiles('many', { 'dir/1': '1', 'dir/2': '2' }, 'One');
  await mona.writesFiles('many', { 'dir/3': '3' }, 'Two');
  pull = await mona.opensPullRequest({ title: 'Three', branch: 'many', files: { 'dir/4': '4' } });
});
afterAll(async () => {
  await it.close();
  hook.close();
});

test("the limits are GitHub's unless a test asks for smaller ones", () => {
  expect(GITHUB_LIMITS).toEqual({
    pullFiles: 3000,
    pullCommits: 250,
    comparedFiles: 300,
    comparedCommits: 250,
    directoryEntries: 1000,
    treeEntries: 100_000,
    treeBytes: 7_340_032,
    inlineContent: 1_048_576,
    blob: 104_857_600,
    annotations: 50,
    checkActions: 3,
    checkText: 65_535,
    commentBody: 65_536,
    pushedCommits: 2048,
    webhook: 26_214_400,
  });
});

describe('a pull request', () => {
  // docs.github.com/rest/pulls/pulls#list-pull-requests-files: "Responses include a maximum of 3000 files."
  test('lists so many files and no more, though it counts them all', async () => {
    const number = { ...repo, pull_number: pull.number };
    expect(await it.app.paginate(it.app.pulls.listFiles, { ...number, per_page: 2 })).toHaveLength(3);
    expect((await it.app.pulls.get(number)).data.changed_files).toBe(4);
  });

  // docs.github.com/rest/pulls/pulls#list-commits-on-a-pull-request: "a maximum of 250 commits"
  test('lists so many commits and no more, though it counts them all', async () => {
    const number = { ...repo, pull_number: pull.number };
    const { data } = await it.app.pulls.listCommits(number);
    expect(data.map(({ commit }) => commit.message)).toEqual(['One', 'Two']);
    expect((await it.app.pulls.get(number)).data.commits).toBe(3);
  });
});

// docs.github.com/rest/commits/commits#compare-two-commits: up to 250 commits unpaged, up to 300 files, on the first page alone
test('a comparison has so many commits unless it is paged, and so many files', async () => {
  const compare = { ...repo, basehead: 'main...many' };
  const { data } = await it.app.repos.compareCommitsWithBasehead(compare);
  expect(data).toMatchObject({ total_commits: 3, ahead_by: 3 });
  expect([data.commits.length, data.files?.length]).toEqual([2, 2]);
  const page = async (number: number) =>
    (await it.app.repos.compareCommitsWithBasehead({ ...compare, per_page: 2, page: number })).data;
  const [first, second] = [await page(1), await page(2)];
  expect([...first.commits, ...second.commits].map(({ commit }) => commit.message)).toEqual([
    'One',
    'Two',
    'Three',
  ]);
  expect([first.files?.length, second.files?.length]).toEqual([2, 0]);
});

describe('the contents of a repository', () => {
  // docs.github.com/rest/repos/contents#get-repository-content: "an upper limit of 1,000 files for a directory"
  test('show so many files of a directory', async () => {
    const { data } = await it.app.repos.getContent({ ...repo, path: 'dir', ref: 'many' });
    expect(data).toHaveLength(2);
  });

  // The same page: 1 MB or smaller, everything; up to 100 MB `content` is empty and `encoding` "none", raw works; beyond, nothing
  test('come inside the JSON when small, raw when larger, and not at all when too large', async () => {
    const mona = it.world.person('mona');
    await mona.writesFiles('sizes', { ten: 'x'.repeat(10), eleven: 'x'.repeat(11), more: 'x'.repeat(21) });
    const get = (name: string) => it.app.repos.getContent({ ...repo, path: name, ref: 'sizes' });
    const raw = (name: string) =>
      it.app.repos.getContent({ ...repo, path: name, ref: 'sizes', mediaType: { format: 'raw' } });
    expect((await get('ten')).data).toMatchObject({ encoding: 'base64', size: 10 });
    expect((await get('eleven')).data).toMatchObject({ encoding: 'none', content: '', size: 11 });
    expect((await raw('eleven')).data).toBe('x'.repeat(11));
    const refusal = {
      status: 403,
      response: { data: { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] } },
    };
    await expect(get('more')).rejects.toMatchObject(refusal);
    await expect(raw('more')).rejects.toMatchObject(refusal);
    const sha = (await it.world.git('rev-parse', 'sizes:more')).trim();
    // docs.github.com/rest/git/blobs#get-a-blob: "This endpoint supports blobs up to 100 megabytes in size."
    await expect(it.app.git.getBlob({ ...repo, file_sha: sha })).rejects.toMatchObject(refusal);
  });
});

describe('a tree', () => {
  // docs.github.com/rest/git/trees#get-a-tree: 100,000 entries, 7 MB; `truncated` says that there is more
  test('of too many entries is truncated, and says so', async () => {
    const { data } = await it.app.git.getTree({ ...repo, tree_sha: 'many', recursive: 'true' });
    expect([data.tree.length, data.truncated]).toEqual([4, true]);
    const dir = (await it.world.git('rev-parse', 'many:dir')).trim();
    const whole = await it.app.git.getTree({ ...repo, tree_sha: dir });
    expect([whole.data.tree.length, whole.data.truncated]).toEqual([4, false]);
  });

  test('of too many bytes is truncated, and says so', async () => {
    const other = await stage({}, undefined, { treeBytes: 600 });
    const { data } = await other.app.git.getTree({ ...repo, tree_sha: 'main', recursive: 'true' });
    await other.close();
    expect(data.truncated).toBe(true);
    expect(JSON.stringify(data.tree).length).toBeLessThanOrEqual(602);
    expect(data.tree.length).toBeGreaterThan(0);
  });
});

describe('a webhook', () => {
  // docs.github.com/webhooks/webhook-events-and-payloads#push: "The array includes a maximum of 2048 commits."
  test('of a push lists so many commits', async () => {
    const mona = it.world.person('mona');
    const { data: before } = await mona.request<{ object: { sha: string } }>(
      'GET',
      `${path}/git/ref/heads/main`,
    );
    for (const name of ['1', '2', '3']) await mona.writesFiles('pushed', { [name]: name }, name);
    const tip = (await it.world.git('rev-parse', 'pushed')).trim();
    const ref = { ref: 'refs/heads/pushed-at-once', sha: before.object.sha };
    await mona.request('POST', `${path}/git/refs`, ref);
    await mona.request('PATCH', `${path}/git/refs/heads/pushed-at-once`, { sha: tip });
    await it.world.settled();
    const push = it.world.deliveries().findLast(({ event }) => event === 'push');
    expect(push?.payload).toMatchObject({ after: tip, commits: [{ message: '1' }, { message: '2' }] });
    expect(push?.payload['commits']).toHaveLength(2);
    expect(push?.payload['head_commit']).toMatchObject({ message: '3' });
  });

  // docs.github.com/webhooks/webhook-events-and-payloads: "Payloads are capped at 25 MB … the webhook will not be fired"
  test('that is too large is never sent, nor kept for redelivery', async () => {
    const mona = it.world.person('mona');
    const count = async () => {
      await it.world.settled();
      return it.world.deliveries().length;
    };
    const before = await count();
    await mona.comments(pull.number, 'x'.repeat(25_000));
    expect(await count()).toBe(before);
    await mona.comments(pull.number, 'small');
    expect(await count()).toBe(before + 1);
  });
});

// docs.github.com/rest/issues/comments: a body has at most 65,536 characters; one more is refused
test('a comment has its last character, and not one more', async () => {
  const comment = { ...repo, issue_number: pull.number };
  const { status } = await it.app.issues.createComment({ ...comment, body: 'x'.repeat(65_536) });
  expect(status).toBe(201);
  await expect(it.app.issues.createComment({ ...comment, body: 'x'.repeat(65_537) })).rejects.toMatchObject({
    status: 422,
  });
});
