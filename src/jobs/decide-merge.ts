import { verdictOn } from '../approvals/verdict.ts';
import { openPulls, settlePull } from '../database/pulls.ts';
import { repositoryById, storeRepository } from '../database/repositories.ts';
import type { Grant } from '../grants/grant.ts';
import { requestKey, type RequestKey } from '../requests/access-request.ts';
import type { EntryChange } from '../requests/change-set.ts';
import { endOrphans, orphanIn } from './end-orphans.ts';
import { holdRemovals, liftRemovals } from './hold-removals.ts';
import { standsFor } from './move-grant.ts';
import type { Parts } from './parts.ts';
import { readStep, type ReadStep } from './read-step.ts';
import { storeAcceptance, tellUnaccepted } from './store-acceptance.ts';
import type { DecidedChange } from './store-grant.ts';
import { storeVerdict } from './store-verdict.ts';
import { announcePull, decideMerge, evaluatePull, writeRecords, type Task, type Tasks } from './tasks.ts';

/**
 * Decides on the next step that the default branch took since the last decision, from its own content before and after: whoever moved it, and
 * whatever a webhook said. Grants and revocations are stored here; giving and taking are tasks of their own.
 */
export async function decideMergeTask(parts: Parts, { repositoryId }: Tasks['decide-merge']): Promise<void> {
  const { db, queue, clock, log } = parts;
  const workplace = await parts.workplace(repositoryId);
  const { git, binding } = workplace;
  const [stored, tip] = await Promise.all([repositoryById(db, repositoryId), git.tip(binding.branch)]);
  if (!stored?.headSha || !stored.acceptedSha || tip === null || tip === stored.headSha) return;
  const standing = { ...stored, headSha: stored.headSha, acceptedSha: stored.acceptedSha };
  const found = await readStep(parts, workplace, standing, tip);
  if (found.obstacle !== null) log.error({ repositoryId, tip }, found.obstacle);
  const decided = decide(found);

  await db.transaction().execute(async (trx) => {
    const current = await repositoryById(trx, repositoryId);
    // Whoever moved either since has also asked for the decision anew.
    if (current?.headSha !== stored.headSha || current.acceptedSha !== stored.acceptedSha) return;
    const { step, merged, control, obstacle } = found;
    const touched = new Set(merged.pulls.map(({ number }) => number));
    const now = clock.now();
    const granted = keysOf(decided, ({ verdict }) => verdict.kind === 'approved');
    const removed = keysOf(decided, ({ change }) => change.kind === 'removed');
    const isOrphan = orphanIn(found.standingThen, granted);
    const run = { repositoryId, because: 'returned', now, branchSha: step.after } as const;
    const ends = (grant: Grant) => removed.has(grant.key) || (obstacle === null && isOrphan(grant));
    const heldBack = await holdRemovals(parts, trx, run, ends);
    const occasion = {
      repositoryId,
      before: standing.headSha,
      after: step.after,
      now,
      policyVersion: standing.acceptedSha,
      waiting: obstacle !== null,
      heldBack,
    };
    const next: Task[] = [];
    for (const each of decided) {
      const { tasks, pull } = await storeVerdict(trx, each, occasion);
      if (pull !== null) touched.add(pull);
      next.push(...tasks);
    }
    if (obstacle === null) {
      for (const { tasks, pull } of await endOrphans(trx, isOrphan, occasion)) {
        if (pull !== null) touched.add(pull);
        next.push(...tasks);
      }
      const acceptedSha = control.kind === 'approved' ? step.after : current.acceptedSha;
      await storeRepository(trx, { ...current, headSha: step.after, acceptedSha }, occasion.now);
    }
    const standsAgain = (grant: Grant) =>
      granted.has(grant.key) ||
      found.standingThen.entries.some(
        (entry) => requestKey(entry) === grant.key && standsFor(entry, grant, now),
      );
    await liftRemovals(parts, trx, run, standsAgain);
    if (control.kind === 'approved') await storeAcceptance(trx, standing.acceptedSha, control, occasion);
    // Of what was merged nothing is left to evaluate.
    for (const { number } of merged.pulls) await settlePull(trx, repositoryId, number);
    // What stands beside them now, or what they are judged by, can make a difference to those that are open.
    if (control.kind === 'approved' || (obstacle === null && found.changes.length > 0))
      for (const pull of await openPulls(trx, repositoryId)) next.push(evaluatePull(repositoryId, pull));
    if (control.kind === 'unapproved')
      await tellUnaccepted(trx, control, { decidedUpTo: standing.headSha, tip }, occasion);
    if (obstacle === null && step.after !== tip) next.push(decideMerge(repositoryId));
    for (const pull of touched) next.push(announcePull(repositoryId, pull));
    await queue.send(trx, [...next, writeRecords(repositoryId)]);
  });
  parts.grantsMoved();
}

function decide({ changes, standing, merged, unreadable }: ReadStep): readonly DecidedChange[] {
  const added = new Set(changes.flatMap(({ kind, key }) => (kind === 'added' ? [key] : [])));
  // What another file asked for all along was not given back.
  const kept = new Set(standing.map(requestKey).filter((key) => !added.has(key)));
  const certain = changes.filter(
    (change) =>
      isCertain(change, changes, unreadable) && (change.kind !== 'removed' || !kept.has(change.key)),
  );
  return withoutMoves(certain.map((change) => ({ change, verdict: verdictOn(change, merged) })));
}

/**
 * An entry that can't be read is not an entry that was taken out; nor is one that stands in another file now, as long as one of the
 * files can't be read.
 */
function isCertain(
  change: EntryChange,
  changes: readonly EntryChange[],
  unreadable: ReadonlySet<string>,
): boolean {
  if (change.kind !== 'removed' || unreadable.size === 0) return true;
  const standsElsewhere = changes.some(({ kind, key }) => kind === 'added' && key === change.key);
  return !standsElsewhere && !unreadable.has(change.before.file);
}

/** An entry that was taken out of one file and, with approval, put into another was not given back. */
function withoutMoves(decided: readonly DecidedChange[]): readonly DecidedChange[] {
  const moved = keysOf(decided, ({ verdict }) => verdict.kind === 'approved');
  return decided.filter(({ change }) => change.kind !== 'removed' || !moved.has(change.key));
}

function keysOf(
  decided: readonly DecidedChange[],
  which: (decided: DecidedChange) => boolean,
): ReadonlySet<RequestKey> {
  return new Set(decided.filter(which).map(({ change }) => change.key));
}
