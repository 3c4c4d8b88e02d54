import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Unjudgeable } from '../../src/github/requests-repository.ts';
import { writeObject } from '../../src/sandbox/git/object-writer.ts';
import { openStage, type Stage } from './stage.ts';

const requests = 'access-requests.yaml';
let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

/** Pushes files as mona does, and gives the commit. */
async function pushed(
  branch: string,
  files: Record<string, string | null>,
  options: Parameters<ReturnType<Stage['world']['person']>['writesFiles']>[3] = {},
): Promise<string> {
  return (await stage.world.person('mona').writesFiles(branch, files, 'Write', options)).sha;
}

/** A commit that holds these files alone, to the byte. */
async function commitOf(...entries: { mode: string; path: string; content: Buffer }[]): Promise<string> {
  const { data } = await made('trees', {
    tree: await Promise.all(
      entries.map(async ({ mode, path, content }) => {
        const blob = await made('blobs', { content: content.toString('base64'), encoding: 'base64' });
        return { mode, path, sha: blob.data.sha };
      }),
    ),
  });
  const commit = await made('commits', { message: 'Write', tree: data.sha, parents: [await tip()] });
  return commit.data.sha;
}

function made(kind: 'blobs' | 'trees' | 'commits', body: unknown) {
  return stage.world.person('mona').request<{ sha: string }>('POST', `/repos/acme/access/git/${kind}`, body);
}

async function tip(branch = 'main'): Promise<string> {
  return (await stage.world.git('rev-parse', branch)).trim();
}

describe('tip', () => {
  test('is the commit of a branch', async () => {
    expect(await stage.reader().tip('main')).toBe(await tip());
  });

  test('is null where there is no such branch, and where only longer names begin like it', async () => {
    await pushed('feature/one', { a: '1' });
    expect(await stage.reader().tip('feature/on')).toBeNull();
    expect(await stage.reader().tip('feature')).toBeNull();
  });

  test.each(['feature/ünïcode', 'bug#12', 'at@home', '100%', 'a+b&c=d', 'q,(x)', "it's"])(
    'is found for a branch called %s',
    async (branch) => {
      const sha = await pushed(branch, { 'a.txt': branch });
      expect(await stage.reader().tip(branch)).toBe(sha);
    },
  );

  test('is never made up where GitHub does not answer', async () => {
    stage.traffic.answer(/\/git\/ref\//, 503);
    await expect(stage.reader().tip('main')).rejects.toMatchObject({ status: 503 });
  });
});

describe('tree', () => {
  test('holds every file by its whole path, and no directory', async () => {
    const tree = await stage.reader().tree(await tip());
    expect([...tree.keys()].toSorted()).toEqual(['.github/CODEOWNERS', 'README.md', requests]);
    expect(tree.get(requests)).toEqual({
      path: requests,
      sha: (await stage.world.git('rev-parse', `main:${requests}`)).trim(),
      mode: '100644',
      regular: true,
      size: 'requests: []\n'.length,
    });
  });

  test('takes a symbolic link for no ordinary file', async () => {
    const sha = await pushed(
      'linked',
      { [requests]: '/etc/passwd' },
      { mode: { [requests]: '120000' }, from: 'main' },
    );
    expect((await stage.reader().tree(sha)).get(requests)).toMatchObject({ regular: false });
  });

  test('takes a submodule for no ordinary file', async () => {
    const inner = await tip();
    const tree = await made('trees', { tree: [{ mode: '160000', path: requests, sha: inner }] });
    const commit = await made('commits', { message: 'Nest', tree: tree.data.sha, parents: [inner] });
    expect((await stage.reader().tree(commit.data.sha)).get(requests)).toMatchObject({ regular: false });
  });

  test('takes an executable file for an ordinary one', async () => {
    const sha = await commitOf({ mode: '100755', path: requests, content: Buffer.from('requests: []') });
    expect((await stage.reader().tree(sha)).get(requests)).toMatchObject({ regular: true });
  });

  test.each([
    'a b.yaml',
    'ümlaut.yaml',
    '日本.yaml',
    'a#b?c%20.yaml',
    "it's.yaml",
    'tab\there.yaml',
    '__proto__',
  ])('knows a file called %s by that name', async (name) => {
    const sha = await pushed(`names-${Buffer.from(name).toString('hex')}`, { [`dir/${name}`]: name });
    const git = stage.reader();
    const tree = await git.tree(sha);
    expect(await git.files(tree, (path) => path.startsWith('dir/'))).toEqual([
      { path: `dir/${name}`, text: name },
    ]);
  });

  test('takes a path that is no UTF-8 for no ordinary file: another one may read the same', async () => {
    const entry = (byte: number) =>
      Buffer.concat([
        Buffer.from('100644 '),
        Buffer.from([byte]),
        Buffer.from('.yaml\0'),
        Buffer.from(blob, 'hex'),
      ]);
    const blob = (await made('blobs', { content: 'x' })).data.sha;
    const folder = (await stage.world.git('rev-parse', '--absolute-git-dir')).trim();
    const tree = writeObject(folder, 'tree', Buffer.concat([entry(0xfe), entry(0xff)]));
    const commit = await made('commits', { message: 'Hide', tree, parents: [await tip()] });
    const [file, ...more] = (await stage.reader().tree(commit.data.sha)).values();
    expect(more).toEqual([]);
    expect(file).toMatchObject({ path: '\uFFFD.yaml', regular: false });
  });

  test('that GitHub cuts short is too large, and no tree', async () => {
    stage.traffic.alter(/\/git\/trees\//, (tree: object) => ({ ...tree, truncated: true }));
    await expect(stage.reader().tree(await tip())).rejects.toThrow(Unjudgeable);
  });

  test('is read once for a commit', async () => {
    const git = stage.reader();
    const sha = await tip();
    stage.traffic.forget();
    await Promise.all([git.tree(sha), git.tree(sha)]);
    await git.tree(sha);
    expect(stage.traffic.calls).toHaveLength(1);
  });

  test('that could not be read throws, and is read when it is asked for again', async () => {
    const git = stage.reader();
    const sha = await tip();
    stage.traffic.answer(/\/git\/trees\//, 502);
    await expect(git.tree(sha)).rejects.toMatchObject({ status: 502 });
    stage.traffic.straighten();
    expect((await git.tree(sha)).size).toBe(3);
  });

  test('of a commit that is not there is an error', async () => {
    await expect(stage.reader().tree('1'.repeat(40))).rejects.toMatchObject({ status: 404 });
  });

  test('keeps no more than so many', async () => {
    const git = stage.reader();
    const shas = await stage.commits(65);
    for (const sha of shas) await git.tree(sha);
    stage.traffic.forget();
    await git.tree(shas[64] ?? '');
    expect(stage.traffic.calls).toHaveLength(0);
    await git.tree(shas[0] ?? '');
    expect(stage.traffic.calls).toHaveLength(1);
  });
});

describe('text', () => {
  async function textOf(content: Buffer): Promise<string> {
    const git = stage.reader();
    const tree = await git.tree(await commitOf({ mode: '100644', path: 'a', content }));
    const [file] = await git.files(tree, (path) => path === 'a');
    if (!file) throw new Error('the file is not there');
    return file.text;
  }

  test.each(['', 'ä€𝄞 \u2028 e\u0301\n', 'line\r\nline\r\n', 'x'.repeat(200_000)])(
    'is UTF-8, to the byte',
    async (text) => {
      expect(await textOf(Buffer.from(text))).toBe(text);
    },
  );

  test('keeps a byte order mark, so that a file can be written back as it was', async () => {
    expect(await textOf(Buffer.from([0xef, 0xbb, 0xbf, 0x61]))).toBe('\uFEFFa');
  });

  test('shows every byte that is no UTF-8', async () => {
    expect(await textOf(Buffer.from('M\xFCller', 'latin1'))).toBe('M\uFFFDller');
  });

  test('that GitHub does not give is an error, and not an empty text', async () => {
    stage.traffic.alter(/\/git\/blobs\/\w/, (blob: object) => ({ ...blob, content: '', encoding: 'none' }));
    await expect(textOf(Buffer.from('not given'))).rejects.toThrow(Unjudgeable);
  });

  test('that could not be read throws, and is read when it is asked for again', async () => {
    const git = stage.reader();
    const tree = await git.tree(await tip());
    stage.traffic.answer(/GET .*\/git\/blobs\//, 403);
    const wanted = (path: string) => path === requests;
    await expect(git.files(tree, wanted)).rejects.toMatchObject({ status: 403 });
    stage.traffic.straighten();
    expect(await git.files(tree, wanted)).toEqual([{ path: requests, text: 'requests: []\n' }]);
  });

  test('is read once for the same content', async () => {
    const git = stage.reader();
    const sha = await pushed('same', { 'a.txt': 'the same', 'b.txt': 'the same' });
    const tree = await git.tree(sha);
    stage.traffic.forget();
    const files = await git.files(tree, (path) => path.endsWith('.txt'));
    expect(stage.traffic.calls).toHaveLength(1);
    const next = await git.tree(await pushed('same', { 'a.txt': 'another' }));
    const [, kept] = await git.files(next, (path) => path.endsWith('.txt'));
    expect(kept).toBe(files[1]);
  });
});

describe('files', () => {
  test('are the ordinary ones that are wanted, and no others are read', async () => {
    const files = { 'small.yaml': 'small', 'large.yaml': 'l'.repeat(1000), 'link.yaml': 'small.yaml' };
    const sha = await pushed('mixed', files, { mode: { 'link.yaml': '120000' } });
    const git = stage.reader();
    const tree = await git.tree(sha);
    stage.traffic.forget();
    const isWanted = (path: string, size: number) =>
      path.endsWith('.yaml') && path !== requests && size < 100;
    expect(await git.files(tree, isWanted)).toEqual([{ path: 'small.yaml', text: 'small' }]);
    expect(stage.traffic.calls).toHaveLength(1);
  });
});

describe('commit', () => {
  test('has its tree and its parents', async () => {
    const parent = await tip();
    const sha = await pushed('child', { 'a.txt': 'a' });
    const tree = (await stage.world.git('rev-parse', `${sha}^{tree}`)).trim();
    expect(await stage.reader().commit(sha)).toEqual({ tree, parents: [parent] });
  });
});

describe('mergeBase', () => {
  test('is where two histories parted', async () => {
    const fork = await tip();
    const ours = await pushed('ours', { 'ours.txt': '1' });
    const theirs = await pushed('theirs', { 'theirs.txt': '1' });
    const git = stage.reader();
    expect(await git.mergeBase(ours, theirs)).toBe(fork);
    expect(await git.mergeBase(fork, theirs)).toBe(fork);
    expect(await git.mergeBase(ours, ours)).toBe(ours);
  });

  test('of histories that never met is nowhere, and of a commit that is not there an error', async () => {
    const git = stage.reader();
    const { tree } = await git.commit(await tip());
    const orphan = await made('commits', { message: 'Begin anew', tree, parents: [] });
    expect(await git.mergeBase(await tip(), orphan.data.sha)).toBeNull();
    await expect(git.mergeBase(await tip(), 'f'.repeat(40))).rejects.toMatchObject({ status: 404 });
  });
});
