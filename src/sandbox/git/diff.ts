import type { GitRepository } from './repository.ts';

/** One changed file between two commits. */
export interface FileChange {
  path: string;
  previousPath?: string;
  /** The blob after the change; before it, where the file was removed. */
  sha: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'changed';
  additions: number;
  deletions: number;
  /** Hunks without headers, as GitHub gives them; absent for binary files and pure renames. */
  patch?: string;
}

/** What changed from one commit or tree to another, in path order. */
export function diff(git: GitRepository, from: string, to: string): Promise<FileChange[]> {
  return git.remember(`diff ${from} ${to}`, () => readDiff(git, from, to));
}

async function readDiff(git: GitRepository, from: string, to: string): Promise<FileChange[]> {
  if (from === to) return [];
  const args = ['diff-tree', '-r', '-M', '--no-color', '--full-index', '--raw', '--patch', '-z'];
  // The list of files ends with an empty one; the patches of all of them follow.
  const [raw = '', ...rest] = (await git.git([...args, from, to])).split('\0\0');
  const changes = parseRaw(raw);
  const patches = rest
    .join('\0\0')
    .split(/^diff --git .*\n/m)
    .slice(1);
  // A file that became a symlink is one change, and two sections of the patch.
  return changes.map((change) =>
    Object.assign(change, parsePatches(patches.splice(0, change.status === 'changed' ? 2 : 1))),
  );
}

/** `:100644 100644 SHA SHA M\0path\0`, with a second path for renames. */
function parseRaw(raw: string): Omit<FileChange, 'additions' | 'deletions'>[] {
  const fields = raw.split('\0');
  const changes: Omit<FileChange, 'additions' | 'deletions'>[] = [];
  for (let at = 0; at + 1 < fields.length;) {
    const [, , before = '', after = '', letter = ''] = (fields[at] ?? '').split(' ');
    const path = fields[at + 1] ?? '';
    const renamed = letter.startsWith('R');
    changes.push({
      path: renamed ? (fields[at + 2] ?? '') : path,
      ...(renamed ? { previousPath: path } : {}),
      sha: letter === 'D' ? before : after,
      status: statusOf(letter),
    });
    at += renamed ? 3 : 2;
  }
  return changes;
}

function statusOf(letter: string): FileChange['status'] {
  if (letter === 'A') return 'added';
  if (letter === 'D') return 'removed';
  if (letter === 'T') return 'changed';
  return letter.startsWith('R') ? 'renamed' : 'modified';
}

function parsePatches(sections: readonly string[]): Pick<FileChange, 'additions' | 'deletions' | 'patch'> {
  const hunks = sections.flatMap((section) => {
    const start = /^@@ /m.exec(section)?.index;
    return start === undefined ? [] : [section.slice(start).replace(/\n$/, '')];
  });
  if (hunks.length === 0) return { additions: 0, deletions: 0 };
  const patch = hunks.join('\n');
  const lines = patch.split('\n');
  return {
    additions: lines.filter((line) => line.startsWith('+')).length,
    deletions: lines.filter((line) => line.startsWith('-')).length,
    patch,
  };
}
