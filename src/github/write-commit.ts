import type { GitReader } from './git-objects.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

export interface NewCommit {
  /** Without the `refs/heads/`. */
  readonly branch: string;
  /** `null` begins a history of its own. */
  readonly parent: string | null;
  /** Path -> the file's new text. */
  readonly files: ReadonlyMap<string, string>;
  readonly message: string;
  /** Whether the branch may be moved where it stands elsewhere: only ever one that is the app's alone. */
  readonly force: boolean;
}

/**
 * Commits files onto a branch, made where it is missing, and gives the commit's SHA. No author is named, so the commit is the app's and GitHub
 * signs it (https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification).
 * A branch whose tip already is that very change is left as it is.
 */
export async function writeCommit(
  repository: RequestsRepository,
  git: GitReader,
  { branch, parent, files, message, force }: NewCommit,
): Promise<string> {
  const { rest } = repository.octokit;
  const tree = await writeTree(repository, git, parent, files);
  const tip = await git.tip(branch);
  if (tip !== null && (await isThatChange(git, tip, tree, parent))) return tip;

  const { data: commit } = await rest.git.createCommit({
    ...named(repository),
    message,
    tree,
    parents: parent === null ? [] : [parent],
  });
  if (tip === null)
    await rest.git.createRef({ ...named(repository), ref: `refs/heads/${branch}`, sha: commit.sha });
  else await rest.git.updateRef({ ...named(repository), ref: `heads/${branch}`, sha: commit.sha, force });
  return commit.sha;
}

/** Writes the tree of a commit with some files put in their place, and gives its SHA: the same content has the same one. */
async function writeTree(
  repository: RequestsRepository,
  git: GitReader,
  parent: string | null,
  files: NewCommit['files'],
): Promise<string> {
  const base = parent === null ? null : (await git.commit(parent)).tree;
  const { data } = await repository.octokit.rest.git.createTree({
    ...named(repository),
    ...(base === null ? {} : { base_tree: base }),
    tree: [...files].map(([path, content]) => ({ path, mode: '100644', type: 'blob', content })),
  });
  return data.sha;
}

/** Whether a commit is that tree on that parent, and nothing else. */
async function isThatChange(
  git: GitReader,
  tip: string,
  tree: string,
  parent: string | null,
): Promise<boolean> {
  const standing = await git.commit(tip);
  return standing.tree === tree && standing.parents.join() === (parent ?? '');
}
