import type { MergeOptions } from './merge-options.ts';
import type { Performer } from './app.ts';
import type { Pull } from './pull.ts';
import type { Repository } from './repository.ts';

/** Pull requests that build on one another, each based on the head of the one below. */
export interface Stack {
  id: number;
  /** Counts up within the repository. */
  number: number;
  /** The branch that all of them are for. */
  base: string;
  /** From the bottom to the top. */
  pulls: Pull[];
  createdAt: Date;
}

/** A merge that runs in the background, of a pull request and all below it in its stack. */
export interface AsyncMerge {
  uuid: string;
  pull: Pull;
  performer: Performer;
  options: MergeOptions & { sha: string };
  action: 'default' | 'direct_merge' | 'merge_queue';
  result: { status: 'pending' } | { status: 'merged'; sha: string } | { status: 'enqueued' } | Failed;
}

interface Failed {
  status: 'failed';
  message: string;
}

/** The stack that a pull request belongs to; undefined where it stands alone. */
export function stackOf(repository: Repository, pull: Pull): Stack | undefined {
  return [...repository.stacks.values()].find(({ pulls }) => pulls.includes(pull));
}

/** The pull requests of a stack that still are to be merged, up to one, from the bottom; that one alone without a stack. */
export function unmergedUpTo(repository: Repository, pull: Pull): Pull[] {
  const pulls = stackOf(repository, pull)?.pulls ?? [pull];
  return pulls.slice(0, pulls.indexOf(pull) + 1).filter(({ merged }) => merged === null);
}
