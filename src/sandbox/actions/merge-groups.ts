import type { GitHub } from '../model/github.ts';
import { QUEUE_REFS, type QueueEntry } from '../model/merge-queue.ts';
import type { MergeOptions } from '../model/merge-options.ts';
import type { Repository } from '../model/repository.ts';
import { mergeCommit } from './merges.ts';
import { moveRef } from './pushes.ts';

/** Merges an entry onto what stands before it, on a branch of its own, and asks for its checks. False on a conflict. */
export async function buildGroup(
  github: GitHub,
  repository: Repository,
  branch: string,
  entry: QueueEntry,
  { onto, method }: { onto: string; method: MergeOptions['method'] },
): Promise<boolean> {
  const { enqueuer, pull } = entry;
  const headSha = await mergeCommit(github, repository, enqueuer, pull, onto, { method });
  if (headSha === undefined) return false;
  const ref = `${QUEUE_REFS}${branch}/pr-${pull.number}-${onto}`;
  const group = { ref, baseSha: onto, headSha, builtAt: github.now() };
  entry.group = group;
  const user = github.mergeQueueBot;
  await moveRef(github, repository, { user }, { ref, before: null, after: headSha, forced: false });
  await github.publish({
    event: 'merge_group',
    action: 'checks_requested',
    repository,
    sender: user,
    branch,
    group,
  });
  return true;
}

/** Deletes the branch of an entry's group, if it has one, and says why. */
export async function destroyGroup(
  github: GitHub,
  repository: Repository,
  branch: string,
  entry: QueueEntry,
  reason: 'merged' | 'invalidated' | 'dequeued',
): Promise<void> {
  const { group } = entry;
  if (!group) return;
  entry.group = null;
  const user = github.mergeQueueBot;
  const { ref, headSha: before } = group;
  await moveRef(github, repository, { user }, { ref, before, after: null, forced: false });
  await github.publish({
    event: 'merge_group',
    action: 'destroyed',
    repository,
    sender: user,
    branch,
    group,
    reason,
  });
}
