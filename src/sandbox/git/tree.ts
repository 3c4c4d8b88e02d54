import type { GitRepository } from './repository.ts';

/** One entry of a tree object; `path` is relative to that tree. */
export interface TreeEntry {
  path: string;
  mode: '100644' | '100755' | '120000' | '040000' | '160000';
  sha: string;
}

/** A file to put into a tree, or to take out of it (`sha` null). */
export interface TreeChange {
  path: string;
  mode: TreeEntry['mode'];
  sha: string | null;
}

/** `blob`, `tree` or `commit`, as GitHub names the kind of an entry. */
export function entryType(mode: TreeEntry['mode']): 'blob' | 'tree' | 'commit' {
  if (mode === '040000') return 'tree';
  return mode === '160000' ? 'commit' : 'blob';
}

export function parseTree(content: Buffer): TreeEntry[] {
  const entries: TreeEntry[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(32, at);
    const end = content.indexOf(0, space);
    entries.push({
      mode: content.subarray(at, space).toString().padStart(6, '0') as TreeEntry['mode'],
      path: content.subarray(space + 1, end).toString(),
      sha: content.subarray(end + 1, end + 21).toString('hex'),
    });
    at = end + 21;
  }
  return entries;
}

export function formatTree(entries: readonly TreeEntry[]): Buffer {
  // git's order: bytewise, a directory as if its name ended with a slash.
  const key = (entry: TreeEntry) => Buffer.from(entry.mode === '040000' ? `${entry.path}/` : entry.path);
  const sorted = entries.toSorted((one, other) => Buffer.compare(key(one), key(other)));
  return Buffer.concat(
    sorted.flatMap(({ mode, path, sha }) => [
      Buffer.from(`${mode.replace(/^0/, '')} ${path}\0`),
      Buffer.from(sha, 'hex'),
    ]),
  );
}

/** Every entry below a tree with its whole path, directories included, in git's order. */
export async function listTree(
  git: GitRepository,
  tree: string,
  recursive: boolean,
  prefix = '',
): Promise<TreeEntry[]> {
  const entries = await git.tree(tree);
  const levels = await Promise.all(
    entries.map(async (entry) => {
      const { mode, sha } = entry;
      const here: TreeEntry = { path: prefix + entry.path, mode, sha };
      if (!recursive || mode !== '040000') return [here];
      return [here].concat(await listTree(git, sha, true, `${here.path}/`));
    }),
  );
  return levels.flat();
}

/** The entry at a path below a commit or tree; undefined where nothing is. */
export async function entryAt(
  git: GitRepository,
  revision: string,
  path: string,
): Promise<TreeEntry | undefined> {
  const names = path.split('/');
  let tree = revision;
  for (const [depth, name] of names.entries()) {
    const entry = (await git.tree(tree)).find((candidate) => candidate.path === name);
    if (!entry || depth === names.length - 1) return entry && { ...entry, path };
    if (entry.mode !== '040000') return undefined;
    tree = entry.sha;
  }
  return undefined;
}

/** Writes the tree that results from changes to a base tree (null: the empty tree); empty directories vanish. */
export async function changeTree(
  git: GitRepository,
  base: string | null,
  changes: readonly TreeChange[],
): Promise<string> {
  const entries = new Map((base === null ? [] : await git.tree(base)).map((entry) => [entry.path, entry]));
  const below = Map.groupBy(
    changes.filter(({ path }) => path.includes('/')),
    ({ path }) => path.slice(0, path.indexOf('/')),
  );
  for (const { path, mode, sha } of changes) {
    if (path.includes('/')) continue;
    if (sha === null) entries.delete(path);
    else entries.set(path, { path, mode, sha });
  }
  for (const [directory, inner] of below) {
    const before = entries.get(directory);
    const tree = await changeTree(
      git,
      before?.mode === '040000' ? before.sha : null,
      inner.map(({ path, mode, sha }) => ({ path: path.slice(directory.length + 1), mode, sha })),
    );
    if ((await git.tree(tree)).length === 0) entries.delete(directory);
    else entries.set(directory, { path: directory, mode: '040000', sha: tree });
  }
  return git.writeTree([...entries.values()]);
}
