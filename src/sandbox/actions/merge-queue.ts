import { atLeast, levelOf } from '../model/access.ts';
import type { Performer } from '../model/app.ts';
import { requiredChecks } from '../model/check-rules.ts';
import type { GitHub } from '../model/github.ts';
import {
  entryOf,
  mergeQueueRule,
  queueOf,
  type QueueEntry,
  type RemovalReason,
} from '../model/merge-queue.ts';
import { testMerge } from '../model/mergeability.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { MergeQueueRule } from '../model/ruleset.ts';
import { unmetInQueue, unmetToEnqueue } from '../model/rules.ts';
import { land } from './landing.ts';
import { buildGroup, destroyGroup } from './merge-groups.ts';

const MINUTE_MS = 60_000;
const METHODS = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const;

/** Lets a pull request wait in its base's queue. Refused with 422 unless all that is asked of it is met: nobody's bypass counts. */
export async function enqueue(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  { expectedHead, jump = false }: { expectedHead?: string | undefined; jump?: boolean } = {},
): Promise<QueueEntry> {
  const branch = pull.base.ref;
  if (!mergeQueueRule(repository, branch))
    throw new Refusal(422, `Merge queue is not enabled for the branch ${branch}`);
  if (entryOf(repository, pull)) throw new Refusal(422, 'Pull request is already in the queue');
  if (pull.state === 'closed') throw new Refusal(422, 'Pull request is closed');
  if (pull.draft) throw new Refusal(422, 'Pull request is still a draft');
  if (expectedHead !== undefined && expectedHead !== pull.head.sha)
    throw new Refusal(422, 'Head branch was modified. Review and try the merge again.');
  const [unmet] = await unmetToEnqueue(repository, pull);
  if (unmet !== undefined) throw new Refusal(422, `Pull request ${unmet}`);
  if ((await testMerge(github, repository, pull)).sha === null)
    throw new Refusal(422, 'Pull request is not mergeable');
  if (jump && !performer.app && !atLeast(levelOf(repository, performer.user), 'admin'))
    throw new Refusal(403, 'Only administrators may jump the queue');
  const entry: QueueEntry = {
    id: github.nextId(),
    pull,
    headSha: pull.head.sha,
    enqueuer: performer,
    enqueuedAt: github.now(),
    jump,
    group: null,
  };
  const queue = queueOf(repository, branch);
  const place = jump ? queue.findIndex((other) => !other.jump) : -1;
  repository.mergeQueues.set(branch, queue.toSpliced(place < 0 ? queue.length : place, 0, entry));
  await github.publish({
    event: 'pull_request',
    action: 'enqueued',
    repository,
    sender: performer.user,
    pull,
  });
  return entry;
}

/** Takes a pull request out of its queue, as a person or app asked. Refused with 422 where it is in none. */
export async function dequeue(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
): Promise<QueueEntry> {
  const entry = entryOf(repository, pull);
  if (!entry) throw new Refusal(422, 'Pull request is not in the queue');
  await remove(github, repository, entry, 'MANUAL', performer);
  return entry;
}

/** Moves every queue of a repository as far as it goes: builds groups, drops what fails, lands what passed. */
export async function advanceQueues(github: GitHub, repository: Repository): Promise<void> {
  for (const branch of repository.mergeQueues.keys())
    for (let moved = true; moved;) moved = await step(github, repository, branch);
}

/** One change to a queue; false where nothing is left to do for now. */
async function step(github: GitHub, repository: Repository, branch: string): Promise<boolean> {
  const entries = queueOf(repository, branch);
  const rule = mergeQueueRule(repository, branch);
  for (const entry of entries) {
    const reason = rule ? await whyLeave(repository, branch, entry) : 'QUEUE_CLEARED';
    if (reason === undefined) continue;
    await remove(github, repository, entry, reason);
    return true;
  }
  if (!rule || entries.length === 0) return false;
  return (await build(github, repository, branch, rule)) || settle(github, repository, branch, rule);
}

/** What takes an entry out before any check has spoken. */
async function whyLeave(
  repository: Repository,
  branch: string,
  { pull, headSha }: QueueEntry,
): Promise<RemovalReason | undefined> {
  if (pull.merged) return 'ALREADY_MERGED';
  if (pull.state === 'closed' || pull.draft || pull.base.ref !== branch || pull.head.sha !== headSha)
    return 'MANUAL';
  return (await unmetInQueue(repository, pull)).length > 0 ? 'BRANCH_PROTECTIONS' : undefined;
}

/** Builds the first group that is missing, or drops the first that stands on what is no longer there. */
async function build(
  github: GitHub,
  repository: Repository,
  branch: string,
  rule: MergeQueueRule,
): Promise<boolean> {
  const entries = queueOf(repository, branch);
  let onto = await repository.git.commitSha(`refs/heads/${branch}`);
  for (const [index, entry] of entries.entries()) {
    if (onto === undefined) return false;
    if (entry.group && entry.group.baseSha !== onto) {
      await destroyGroup(github, repository, branch, entry, 'invalidated');
      return true;
    }
    if (!entry.group) {
      const built = entries
        .slice(0, index)
        .filter((one) => verdict(github, repository, branch, one, rule) === 'pending');
      if (rule.max_entries_to_build > 0 && built.length >= rule.max_entries_to_build) return false;
      const method = METHODS[rule.merge_method];
      if (!(await buildGroup(github, repository, branch, entry, { onto, method })))
        await remove(github, repository, entry, 'MERGE_CONFLICT');
      return true;
    }
    onto = entry.group.headSha;
  }
  return false;
}

type Verdict = 'passed' | 'pending' | 'failed' | 'overdue';

function verdict(
  github: GitHub,
  repository: Repository,
  branch: string,
  { group }: QueueEntry,
  { check_response_timeout_minutes: minutes }: MergeQueueRule,
): Verdict {
  if (!group) return 'pending';
  const state = requiredChecks(repository, branch, group.headSha);
  const waited = github.now().getTime() - group.builtAt.getTime();
  return state === 'pending' && waited >= minutes * MINUTE_MS ? 'overdue' : state;
}

/** Lands those at the front that passed, or drops the one that keeps them from it. */
async function settle(
  github: GitHub,
  repository: Repository,
  branch: string,
  rule: MergeQueueRule,
): Promise<boolean> {
  const most = rule.max_entries_to_merge || Infinity;
  const entries = queueOf(repository, branch).slice(0, most);
  const verdicts = entries.map((entry) => verdict(github, repository, branch, entry, rule));
  const ready = landable(verdicts, rule.grouping_strategy);
  if (ready > 0 && isEnough(github, entries, ready, rule)) {
    await landFirst(github, repository, branch, entries.slice(0, ready));
    return true;
  }
  const index = culprit(verdicts, rule.grouping_strategy);
  const failing = entries[index];
  if (!failing) return false;
  await remove(github, repository, failing, verdicts[index] === 'overdue' ? 'CI_TIMEOUT' : 'CI_FAILURE');
  return true;
}

/** How many at the front may land together. */
function landable(verdicts: readonly Verdict[], strategy: MergeQueueRule['grouping_strategy']): number {
  if (strategy === 'HEADGREEN') return verdicts.lastIndexOf('passed') + 1;
  const first = verdicts.findIndex((one) => one !== 'passed');
  return first < 0 ? verdicts.length : first;
}

/** The entry whose failure is its own: those before it passed, or nothing behind it can make up for it. */
function culprit(verdicts: readonly Verdict[], strategy: MergeQueueRule['grouping_strategy']): number {
  const failed = (one: Verdict) => one === 'failed' || one === 'overdue';
  if (strategy === 'HEADGREEN') return verdicts.every(failed) ? 0 : -1;
  const first = verdicts.findIndex((one) => one !== 'passed');
  return verdicts.slice(first, first + 1).some(failed) ? first : -1;
}

function isEnough(
  github: GitHub,
  entries: readonly QueueEntry[],
  ready: number,
  rule: MergeQueueRule,
): boolean {
  const waited = github.now().getTime() - (entries[0]?.enqueuedAt.getTime() ?? 0);
  return ready >= rule.min_entries_to_merge || waited >= rule.min_entries_to_merge_wait_minutes * MINUTE_MS;
}

async function landFirst(
  github: GitHub,
  repository: Repository,
  branch: string,
  entries: readonly QueueEntry[],
): Promise<void> {
  const landed = entries.flatMap(({ pull, group }) => (group ? [{ pull, sha: group.headSha }] : []));
  await land(github, repository, { user: github.mergeQueueBot }, branch, landed, 'merge_queue_merge');
  for (const entry of entries) await remove(github, repository, entry, 'MERGE');
}

async function remove(
  github: GitHub,
  repository: Repository,
  entry: QueueEntry,
  reason: RemovalReason,
  performer: Performer = { user: github.mergeQueueBot },
): Promise<void> {
  for (const [branch, queue] of repository.mergeQueues) {
    if (!queue.includes(entry)) continue;
    repository.mergeQueues.set(
      branch,
      queue.filter((other) => other !== entry),
    );
    await destroyGroup(github, repository, branch, entry, reason === 'MERGE' ? 'merged' : 'dequeued');
  }
  await github.publish({
    event: 'pull_request',
    action: 'dequeued',
    repository,
    sender: performer.user,
    pull: entry.pull,
    reason,
  });
}
