import { openPulls, storedPull } from '../database/pulls.ts';
import { revertsUnderWay } from '../database/reverts.ts';
import { readOpenPulls } from '../github/read-pull.ts';
import { readQueue } from '../github/read-queue.ts';
import type { Instant } from '../requests/instant.ts';
import type { Parts } from './parts.ts';
import {
  decideMerge,
  evaluateGroup,
  evaluatePull,
  takeFromLeavers,
  tendRevert,
  type Tasks,
} from './tasks.ts';

/** GitHub's clock and the app's are not farther apart, in milliseconds: what changed shortly before a look is looked at once more. */
const clocksApart = 5 * 60_000;
/** A revert pull request that waits for a person is looked at this often at least, in milliseconds: the ruleset may let the app merge it now. */
const longestRest = 60 * 60_000;

/**
 * Finds what no webhook told: pull requests that changed since they were looked at or were closed, the app's own among them, reverts that nobody opened yet, groups of the merge queue, moves of the default
 * branch, and people who left. It only asks where to look; whatever it finds is decided by the task that always does.
 */
export async function sweepTask(parts: Parts, { repositoryId }: Tasks['sweep']): Promise<void> {
  const { db, queue, clock } = parts;
  const { repository } = await parts.workplace(repositoryId);
  const [open, known, groups] = await Promise.all([
    readOpenPulls(repository),
    openPulls(db, repositoryId),
    readQueue(repository),
  ]);
  const numbers = new Set(open.map(({ number }) => number));
  const underWay = await revertsUnderWay(db, repositoryId);
  const refused = new Map(underWay.map(({ pull, mergeRefusedAt }) => [pull, mergeRefusedAt]));
  const changed = await Promise.all(
    open.map(async ({ number, headSha, updatedAt }) => {
      if (mayRest(updatedAt, refused.get(number) ?? null, clock.now())) return [];
      const stored = await storedPull(db, repositoryId, number);
      return stored?.headSha === headSha && stored.evaluatedAt >= updatedAt + clocksApart ? [] : [number];
    }),
  );
  const closed = known.filter((number) => !numbers.has(number));
  const lost = underWay.filter(({ pull }) => pull === null || !numbers.has(pull));
  const reverts = [...Map.groupBy(lost, ({ id, branch }) => branch ?? id).values()].flatMap(
    ([revert]) => revert ?? [],
  );
  await queue.send(db, [
    ...[...changed.flat(), ...closed].map((pull) => evaluatePull(repositoryId, pull)),
    ...reverts.map(({ id, branch }) => tendRevert(id, branch)),
    ...groups.map(({ branch }) => evaluateGroup(repositoryId, branch)),
    decideMerge(repositoryId),
    takeFromLeavers(repositoryId, 'swept'),
  ]);
}

/** Whether a revert pull request that the app may not merge can be left for now: nothing about it changed since, and it waited no longer again than it had. */
function mayRest(updatedAt: Instant, refusedAt: Instant | null, now: Instant): boolean {
  if (refusedAt === null) return false;
  const waited = refusedAt - updatedAt;
  return waited >= clocksApart && now < refusedAt + Math.min(waited, longestRest);
}
