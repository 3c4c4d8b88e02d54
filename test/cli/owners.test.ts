import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const command = new URL('../../src/cli/owners.ts', import.meta.url).href;
const program = `
  const { ownersCommand } = await import(${JSON.stringify(command)});
  await ownersCommand().parseAsync(process.argv.slice(1), { from: 'user' });`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'owners-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(path: string, text: string) {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

/** Runs the command in the folder as a process of its own. */
function owners(...args: string[]) {
  return new Promise<{ code: unknown; out: string; err: string }>((resolve) => {
    const node = ['--input-type=module', '--eval', program, '--', ...args];
    execFile(process.execPath, node, { cwd: folder }, (error, out, err) =>
      resolve({ code: error ? error.code : 0, out, err }),
    );
  });
}

const file = `* @acme/everyone
*.yaml @mona docs@acme.com # inline
/open/
`;

test('prints who owns each path and by which line, aligned', async () => {
  await write('.github/CODEOWNERS', file);
  expect(await owners('a.yaml', 'src/long/name.ts', 'open/x')).toEqual({
    code: 0,
    out: [
      'a.yaml            @mona docs@acme.com  (.github/CODEOWNERS:2 *.yaml)\n',
      'src/long/name.ts  @acme/everyone       (.github/CODEOWNERS:1 *)\n',
      'open/x            nobody               (.github/CODEOWNERS:3 /open/)\n',
    ].join(''),
    err: '',
  });
});

test('prints JSON, and tells a rule without owners from no rule', async () => {
  await write('CODEOWNERS', '*.yaml @mona\n/open/\n');
  const { code, out } = await owners('--json', 'a.yaml', 'open/x', 'b');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual([
    { path: 'a.yaml', owners: ['@mona'], line: 1, pattern: '*.yaml' },
    { path: 'open/x', owners: [], line: 2, pattern: '/open/' },
    { path: 'b', owners: [], line: null, pattern: null },
  ]);
});

test('says nobody where no line covers a path', async () => {
  await write('docs/CODEOWNERS', '*.yaml @mona\n');
  expect((await owners('b')).out).toBe('b  nobody\n');
});

test('takes the first of the three places', async () => {
  await write('docs/CODEOWNERS', '* @third\n');
  expect((await owners('a')).out).toContain('@third  (docs/CODEOWNERS:1 *)');
  await write('CODEOWNERS', '* @second\n');
  expect((await owners('a')).out).toContain('@second  (CODEOWNERS:1 *)');
  await write('.github/CODEOWNERS', '* @first\n');
  expect((await owners('a')).out).toContain('@first  (.github/CODEOWNERS:1 *)');
});

test('takes the file it is told to', async () => {
  await write('CODEOWNERS', '* @mona\n');
  await write('other', '* @hubot\n');
  expect((await owners('a', '--codeowners', 'other')).out).toBe('a  @hubot  (other:1 *)\n');
});

test('reads paths as relative to the root', async () => {
  await write('CODEOWNERS', '/a/b @mona\n');
  const { out } = await owners('./a/b', '/a/b', 'x/../a//b', '--json');
  expect(JSON.parse(out)).toEqual(
    Array.from({ length: 3 }, () => ({ path: 'a/b', owners: ['@mona'], line: 1, pattern: '/a/b' })),
  );
});

test('reports the lines that GitHub skips', async () => {
  await write('CODEOWNERS', '* @mona\n!a @hubot\n');
  expect(await owners('a')).toMatchObject({
    code: 0,
    out: 'a  @mona  (CODEOWNERS:1 *)\n',
    err: expect.stringMatching(/^CODEOWNERS:2: line skipped: "!" /),
  });
});

test.each([
  ['no file', ['a'], '.github/CODEOWNERS, CODEOWNERS, docs/CODEOWNERS'],
  ['a named file that is not there', ['a', '--codeowners', 'other'], 'other cannot be read'],
  ['a folder in place of the file', ['a', '--codeowners', '.'], 'cannot be read'],
])('with %s it exits 2', async (_, args, message) => {
  expect(await owners(...args)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
});

test.each(['../a', '.', '', 'a/../..'])('refuses %j, which is no path in the repository', async (path) => {
  await write('CODEOWNERS', '* @mona\n');
  expect(await owners(path)).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('no path in the repository'),
  });
});

test('--help shows an example', async () => {
  const { code, out } = await owners('--help');
  expect(code).toBe(0);
  expect(out).toContain('$ countersign owners access-requests.yaml');
});
