/** What a commit holds: path -> its blob, and whether it is an ordinary file. */
export type Files = ReadonlyMap<string, { readonly sha: string; readonly regular: boolean }>;

/** A merge of two commits, with the commit that both of them come from. */
export interface Merge {
  readonly merged: Files;
  readonly ours: Files;
  readonly theirs: Files;
  readonly base: Files;
}

/**
 * Whether a merge adds nothing of its own: each file is as the side left it that changed it, or as both did. A file that the sides changed in
 * different ways is never clean here, however well its lines fit together: whoever put them together wrote it.
 */
export function isCleanMerge({ merged, ours, theirs, base }: Merge): boolean {
  const paths = new Set([merged, ours, theirs].flatMap((files) => Array.from(files.keys())));
  return [...paths].every((path) => {
    const [is, our, their, was] = [merged, ours, theirs, base].map((files) => content(files, path));
    if (our === was || our === their) return is === their;
    return their === was && is === our;
  });
}

function content(files: Files, path: string): string | undefined {
  const file = files.get(path);
  return file && `${file.sha} ${file.regular}`;
}
