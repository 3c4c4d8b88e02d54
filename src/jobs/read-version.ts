import { changedControlFiles, landedControlFiles } from '../approvals/control-files.ts';
import type { AcceptedVersion, Version } from '../approvals/proposal.ts';
import type { GitReader, Tree, TreeFile } from '../github/git-objects.ts';
import type { SourceFile } from '../policies/policy-set.ts';
import { isControlFile, isRequestsFile } from '../requests/requests-paths.ts';
import { maxFileBytes } from '../requests/yaml-file.ts';

/** A version read from git: its files have paths, too. */
export interface ReadVersion extends Version {
  readonly files: ReadonlyMap<string, TreeFile>;
}

export async function readVersion(git: GitReader, sha: string): Promise<ReadVersion> {
  const files = await git.tree(sha);
  // What is too large to be read is refused unread.
  const isReadable = (path: string, size: number) => isRequestsFile(path) && size <= maxFileBytes;
  return { files, requests: await git.files(files, isReadable) };
}

export async function readAccepted(git: GitReader, sha: string): Promise<AcceptedVersion> {
  const tree = await git.tree(sha);
  const known = acceptedVersions.get(tree);
  if (known) return known;
  const version = { sha, files: await git.files(tree, isControlFile) };
  acceptedVersions.set(tree, version);
  return version;
}

/** The reader keeps the trees it has read: one and the same is one and the same version. */
const acceptedVersions = new WeakMap<Tree, AcceptedVersion>();

/** The control files as they would stand on the tip, where a pull request changes any. */
export async function readLanded(
  git: GitReader,
  base: ReadVersion,
  head: ReadVersion,
  tip: ReadVersion,
): Promise<SourceFile[]> {
  if (changedControlFiles(base.files, head.files).length === 0) return [];
  const files = [...landedControlFiles(base.files, head.files, tip.files)];
  return git.files(new Map(files.map((file) => [file.path, file])), () => true);
}
