import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeCommit, type NewCommit } from '../../src/github/write-commit.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const requests = 'access-requests.yaml';
let branches = 0;
const fresh = () => `countersign/revert-${(branches += 1)}`;
const git = async (...args: string[]) => (await stage.world.git(...args)).trim();
const main = () => git('rev-parse', 'main');

async function write(change: Partial<NewCommit> & Pick<NewCommit, 'branch'>): Promise<string> {
  return writeCommit(stage.repository, stage.reader(), {
    parent: await main(),
    files: new Map([[requests, 'requests: [one]\n']]),
    message: 'Take an entry out',
    force: false,
    ...change,
  });
}

test('a commit makes its branch, changes its files and no others, and is signed by GitHub', async () => {
  const branch = fresh();
  const sha = await write({ branch });
  expect(await git('rev-parse', branch)).toBe(sha);
  expect(await git('rev-parse', `${sha}^@`)).toBe(await main());
  expect(await git('diff', '--name-only', 'main', sha)).toBe(requests);
  expect(await stage.world.git('show', `${sha}:${requests}`)).toBe('requests: [one]\n');
  const { data } = await stage.repository.octokit.rest.repos.getCommit({
    owner: 'acme',
    repo: 'access',
    ref: sha,
  });
  expect(data).toMatchObject({
    author: { login: 'countersign[bot]' },
    committer: { login: 'web-flow' },
    commit: { message: 'Take an entry out', verification: { verified: true } },
  });
});

test('every byte of a text is kept', async () => {
  const text = '\uFEFFrequests:\r\n  # ä€𝄞\t\u2028 "quoted" \\n\r\n';
  const files = new Map([
    [requests, text],
    ['dir/ünï #1?.yaml', 'named'],
    ['empty', ''],
  ]);
  const sha = await write({ branch: 'countersign/revert-ünï#1', files });
  expect(await git('rev-parse', 'countersign/revert-ünï#1')).toBe(sha);
  const reader = stage.reader();
  const tree = await reader.tree(sha);
  const written = await reader.files(tree, (path) => files.has(path));
  expect(new Map(written.map((file) => [file.path, file.text]))).toEqual(files);
});

test('the same change again leaves the branch, whatever the words of its message', async () => {
  const branch = fresh();
  const first = await write({ branch, force: true });
  stage.traffic.forget();
  expect(await write({ branch, force: true, message: 'In other words' })).toBe(first);
  expect(await git('rev-parse', branch)).toBe(first);
  expect(stage.traffic.writes()).toEqual(['POST /repos/acme/access/git/trees']);
});

test('the same content on another parent is another change', async () => {
  const branch = fresh();
  const first = await write({ branch });
  await stage.world.person('mona').writesFiles('main', { 'more.txt': 'more' });
  const second = await write({ branch, force: true });
  expect(second).not.toBe(first);
  expect(await git('rev-parse', `${branch}^@`)).toBe(await main());
});

test('a branch that stands elsewhere is moved by force where that was asked for, and only there', async () => {
  const branch = fresh();
  const { sha } = await stage.world.person('nick').writesFiles(branch, { 'theirs.txt': '1' });
  await expect(write({ branch })).rejects.toMatchObject({ status: 422 });
  expect(await git('rev-parse', branch)).toBe(sha);
  const ours = await write({ branch, force: true });
  expect(await git('rev-parse', branch)).toBe(ours);
});

test('a commit without a parent begins a history of its own', async () => {
  const branch = fresh();
  const sha = await write({ branch, parent: null, files: new Map([['a/b.json', '{}']]) });
  expect(await git('rev-parse', `${sha}^@`)).toBe('');
  expect(await git('ls-tree', '-r', '--name-only', sha)).toBe('a/b.json');
  stage.traffic.forget();
  expect(await write({ branch, parent: null, files: new Map([['a/b.json', '{}']]) })).toBe(sha);
});

test.each([
  ['made', /^POST .*\/git\/refs$/],
  ['moved', /^PATCH .*\/git\/refs\//],
])('whoever has %s the branch meanwhile loses nothing', async (how, line) => {
  const branch = fresh();
  if (how === 'moved') await write({ branch, files: new Map([['ours.txt', '0']]) });
  const parent = how === 'moved' ? await git('rev-parse', branch) : await main();
  let theirs = '';
  stage.traffic.before(line, async () => {
    const nick = stage.world.person('nick');
    theirs = (await nick.writesFiles(branch, { 'theirs.txt': '1' })).sha;
  });
  const late = write({ branch, parent, files: new Map([['ours.txt', '1']]) });
  await expect(late).rejects.toMatchObject({ status: 422 });
  expect(await git('rev-parse', branch)).toBe(theirs);
});

test('nothing is moved where it is not known where the branch stands', async () => {
  const branch = fresh();
  const sha = await write({ branch });
  stage.traffic.answer(/^GET .*\/git\/ref\//, 500);
  await expect(write({ branch, parent: sha, force: true })).rejects.toMatchObject({ status: 500 });
  expect(await git('rev-parse', branch)).toBe(sha);
});
