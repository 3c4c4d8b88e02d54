import { diff, type FileChange } from '../git/diff.ts';
import { commitsBetween, mergeBase } from '../git/history.ts';
import type { Pull } from './pull.ts';
import { pullsOf, type Repository } from './repository.ts';

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

/** The pull requests that hold a commit or brought it; those from forks only once they are merged. */
export async function pullsWith(repository: Repository, sha: string): Promise<Pull[]> {
  const holding = await Promise.all(
    pullsOf(repository).map(async (pull) =>
      pull.merged?.sha === sha ||
      (!isOpenFork(repository, pull) && (await pullCommits(repository, pull)).includes(sha))
        ? [pull]
        : [],
    ),
  );
  return holding.flat();
}

function isOpenFork(repository: Repository, { state, head }: Pull): boolean {
  return state === 'open' && head.repositoryId !== repository.id;
}
