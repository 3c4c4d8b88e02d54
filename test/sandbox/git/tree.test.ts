import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, stringMatching, uniqueArray } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepository, type GitRepository } from '../../../src/sandbox/git/repository.ts';
import { changeTree, listTree } from '../../../src/sandbox/git/tree.ts';
import { formatTree, parseTree } from '../../../src/sandbox/git/tree-format.ts';

let folder: string;
let git: GitRepository;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-git-'));
  git = await createRepository(join(folder, 'r.git'), 'main');
});
afterAll(async () => {
  await git.close();
  await rm(folder, { recursive: true });
});

const name = stringMatching(/^[a-c.ü-]{1,3}$/).filter((text) => !['.', '..'].includes(text));
const paths = uniqueArray(
  array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
  { maxLength: 6 },
);
/** No path may be the folder of another. */
const files = paths.filter((all) => all.every((one) => !all.some((other) => other.startsWith(`${one}/`))));

test('a tree lists what was put in, git agrees, and taking it out leaves nothing', async () => {
  const blob = await git.writeBlob('x');
  await assert(
    asyncProperty(files, async (all) => {
      const tree = await changeTree(
        git,
        null,
        all.map((path) => ({ path, mode: '100644', sha: blob })),
      );
      const listed = (await listTree(git, tree, true)).filter(({ mode }) => mode !== '040000');
      expect(listed.map(({ path }) => path).toSorted()).toEqual(all.toSorted());
      expect(await git.git(['mktree'], await git.git(['ls-tree', '-z', tree]).then(toLines))).toBe(
        `${tree}\n`,
      );
      const empty = await changeTree(
        git,
        tree,
        all.map((path) => ({ path, mode: '100644', sha: null })),
      );
      expect(await git.tree(empty)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

function toLines(text: string): string {
  return text.replaceAll('\0', '\n');
}

test('a directory sorts as if its name ended with a slash', () => {
  const sha = 'a'.repeat(40);
  const entries = [
    { path: 'a', mode: '040000', sha },
    { path: 'a.b', mode: '100644', sha },
    { path: 'a0', mode: '100644', sha },
  ] as const;
  expect(parseTree(formatTree(entries)).map(({ path }) => path)).toEqual(['a.b', 'a', 'a0']);
});
