import type { Performer } from './app.ts';
import type { Pull } from './pull.ts';
import type { Repository } from './repository.ts';
import type { MergeQueueRule } from './ruleset.ts';
import { rulesetsOn } from './ruleset-scope.ts';

/** A pull request that waits to be merged, in a branch's queue. */
export interface QueueEntry {
  id: number;
  pull: Pull;
  /** The head as it was enqueued: another one leaves the queue. */
  headSha: string;
  enqueuer: Performer;
  enqueuedAt: Date;
  /** To the front, before those who were there first. */
  jump: boolean;
  /** Null until the queue has room to build it. */
  group: MergeGroup | null;
}

/** The base with this pull request and all those before it merged onto it, on a branch of its own for checks to run on. */
export interface MergeGroup {
  /** `refs/heads/gh-readonly-queue/BASE/pr-NUMBER-SHA` of what it is built on. */
  ref: string;
  baseSha: string;
  headSha: string;
  builtAt: Date;
}

/** Why a pull request left its queue, as the webhook says it. */
export type RemovalReason =
  | 'MANUAL'
  | 'MERGE'
  | 'MERGE_CONFLICT'
  | 'CI_FAILURE'
  | 'CI_TIMEOUT'
  | 'ALREADY_MERGED'
  | 'QUEUE_CLEARED'
  | 'BRANCH_PROTECTIONS';

/** Branches that the queue alone moves. */
export const QUEUE_REFS = 'refs/heads/gh-readonly-queue/';

/** The rule that sends merges into a branch through a queue; undefined where there is none. */
export function mergeQueueRule(repository: Repository, branch: string): MergeQueueRule | undefined {
  return rulesetsOn(repository, `refs/heads/${branch}`)
    .flatMap(({ rules }) => rules)
    .find((rule) => rule.type === 'merge_queue')?.parameters;
}

/** The queue of a branch, first come first; empty where nobody waits. */
export function queueOf(repository: Repository, branch: string): QueueEntry[] {
  return repository.mergeQueues.get(branch) ?? [];
}

/** Where a pull request waits; undefined where it does not. */
export function entryOf(repository: Repository, pull: Pull): QueueEntry | undefined {
  return [...repository.mergeQueues.values()].flat().find((entry) => entry.pull === pull);
}
