import { atLeast, levelOf } from '../model/access.ts';
import type { Performer } from '../model/app.ts';
import { demandsOn } from '../model/demands.ts';
import type { GitHub } from '../model/github.ts';
import { entryOf, mergeQueueRule } from '../model/merge-queue.ts';
import { mergeableState, testMerge } from '../model/mergeability.ts';
import type { AutoMerge, Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { mergeViolations, unmetToEnqueue } from '../model/rules.ts';
import { stackOf } from '../model/stack.ts';
import { enqueue } from './merge-queue.ts';
import { mergePull } from './merges.ts';

/** Asks GitHub to merge once nothing stands against it. Refused with 422 where it may be merged now, or the repository does not allow it. */
export async function enableAutoMerge(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  wanted: Pick<AutoMerge, 'method' | 'title' | 'message'> & { expectedHead?: string | undefined },
): Promise<void> {
  if (!repository.settings.allow_auto_merge)
    throw new Refusal(422, 'Auto merge is not allowed for this repository');
  if (pull.state === 'closed') throw new Refusal(422, 'Pull request Pull request is closed');
  if (stackOf(repository, pull))
    throw new Refusal(422, 'Pull request A stacked pull request cannot be merged automatically');
  const { expectedHead, method, title, message } = wanted;
  if (expectedHead !== undefined && expectedHead !== pull.head.sha)
    throw new Refusal(422, 'Head branch was modified. Review and try the merge again.');
  if (demandsOn(repository, `refs/heads/${pull.base.ref}`).length === 0)
    throw new Refusal(422, 'Pull request Protected branch rules not configured for this branch');
  const state = await mergeableState(github, repository, pull);
  if (state === 'clean' || state === 'unstable')
    throw new Refusal(422, `Pull request Pull request is in ${state} status`);
  pull.autoMerge = { id: github.nextId(), by: performer, at: github.now(), method, title, message };
  await github.publish({
    event: 'pull_request',
    action: 'auto_merge_enabled',
    repository,
    sender: performer.user,
    pull,
  });
}

/** Takes that back. Refused with 422 where nobody asked. */
export async function disableAutoMerge(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  reason = 'manual',
): Promise<void> {
  if (!pull.autoMerge) throw new Refusal(422, "Can't disable auto-merge for this pull request.");
  pull.autoMerge = null;
  await github.publish({
    event: 'pull_request',
    action: 'auto_merge_disabled',
    repository,
    sender,
    pull,
    reason,
  });
}

/** Merges, or enqueues, what was to be merged as soon as it may be. Nobody's bypass counts. */
export async function mergeWhatWaits(github: GitHub, repository: Repository): Promise<void> {
  for (const pull of pullsOf(repository)) {
    const { autoMerge } = pull;
    if (!autoMerge || pull.state === 'closed' || pull.draft || entryOf(repository, pull)) continue;
    const { id, by } = pull.pushed;
    if (id > autoMerge.id && by.type === 'User' && !atLeast(levelOf(repository, by), 'write'))
      await disableAutoMerge(github, repository, { user: by }, pull, PUSHED_WITHOUT_WRITE);
    else if ((await testMerge(github, repository, pull)).sha !== null)
      await unlessRefused(() => mergeIfMet(github, repository, pull, autoMerge));
  }
}

const PUSHED_WITHOUT_WRITE = 'Head branch was pushed to by a user without write access';

async function mergeIfMet(
  github: GitHub,
  repository: Repository,
  pull: Pull,
  autoMerge: AutoMerge,
): Promise<void> {
  const { by, method } = autoMerge;
  if (mergeQueueRule(repository, pull.base.ref)) {
    if ((await unmetToEnqueue(repository, pull)).length > 0) return;
    await enqueue(github, repository, by, pull);
    pull.autoMerge = null;
  } else if ((await mergeViolations(repository, by, pull, method)).length === 0)
    await mergePull(github, repository, by, pull, autoMerge);
}

/** A refusal is nobody's answer here: what cannot be merged now is tried again after the next change. */
async function unlessRefused(attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
