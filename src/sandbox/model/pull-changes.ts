import { diff, type FileChange } from '../git/diff.ts';
import { commitsBetween, mergeBase } from '../git/history.ts';
import type { Pull } from './pull.ts';
import type { Repository } from './repository.ts';

/** The files that a pull request changes: from where it left its base to its head. */
export async function pullChanges(repository: Repository, pull: Pull): Promise<FileChange[]> {
  const from = await mergeBase(repository.git, pull.base.sha, pull.head.sha);
  return diff(repository.git, from ?? pull.base.sha, pull.head.sha);
}

/** The same as git's own text. */
export async function pullDiff({ git }: Repository, pull: Pull): Promise<string> {
  const from = await mergeBase(git, pull.base.sha, pull.head.sha);
  return git.git(['diff', '--no-color', from ?? pull.base.sha, pull.head.sha]);
}

/** SHAs of the commits of a pull request, oldest first. */
export function pullCommits(repository: Repository, pull: Pull): Promise<string[]> {
  return commitsBetween(repository.git, pull.base.sha, pull.head.sha);
}
