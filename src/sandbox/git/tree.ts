import type { GitRepository } from './repository.ts';
import type { TreeEntry } from './tree-format.ts';

/** A file to put into a tree, or to take out of it (`sha` null). */
export interface TreeChange {
  path: string;
  mode: TreeEntry['mode'];
  sha: string | null;
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
