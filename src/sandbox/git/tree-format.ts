/** One entry of a tree object; `path` is relative to that tree. */
export interface TreeEntry {
  path: string;
  mode: '100644' | '100755' | '120000' | '040000' | '160000';
  sha: string;
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
