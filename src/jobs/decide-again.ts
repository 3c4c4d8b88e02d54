import { digestOf } from '../approvals/digest.ts';
import type { Judgement } from '../approvals/judgement.ts';
import { verdictOn } from '../approvals/verdict.ts';
import { appendEvent, eventsOfPull } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfPull, moveGrant } from '../database/grants.ts';
import { heldRemovals } from '../database/removals.ts';
import { repositoryById } from '../database/repositories.ts';
import { insertRevert } from '../database/reverts.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import { isToDecideAgain, type Grant } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import { judgeCase, type JudgedPull } from './judge-pull.ts';
import { retire } from './move-grant.ts';
import type { Parts } from './parts.ts';
import { readCase } from './read-case.ts';
import { isOfSameHolding } from './store-grant.ts';
import { announcePull, applyGrants, tendRevert, writeRecords, type Task, type Tasks } from './tasks.ts';

/**
 * Decides once more on what a pull request was granted and what could not be given at once: it began later, or the target was out of reach. It is
 * judged by the policies and the people of this moment, and only to refuse: what was approved then must still be what would be granted now.
 */
export async function decideAgainTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['decide-again'],
): Promise<void> {
  const { db, queue, clock } = parts;
  const now = clock.now();
  const granted = await grantsOfPull(db, repositoryId, pull);
  const grants = granted.filter((grant) => isToDecideAgain(grant, now));
  const [first] = grants;
  if (!first) return;
  const refusalOf = await judgeAgain(parts, first, now);
  await db.transaction().execute(async (trx) => {
    const held = new Set((await heldRemovals(trx, { repositoryId })).map(({ grant }) => grant.id));
    for (const grant of grants) {
      // What is held back is kept, not begun.
      const reason = held.has(grant.id) ? 'it was to end before it was given' : refusalOf(grant);
      const tasks = reason === null ? await confirm(trx, grant, now) : await refuse(trx, grant, reason, now);
      await queue.send(trx, tasks);
    }
  });
}

/** Why a grant of a pull request is not given after all; `null` where it is. */
async function judgeAgain(
  parts: Parts,
  grant: Grant,
  now: Instant,
): Promise<(grant: Grant) => string | null> {
  const { db } = parts;
  const { repositoryId, pull } = grant;
  const workplace = await parts.workplace(repositoryId);
  const [facts, stored, counted] = await Promise.all([
    readPull(workplace.repository, pull),
    repositoryById(db, repositoryId),
    reviewsThatCounted(db, grant),
  ]);
  if (!facts || facts.mergedAt === null || !stored?.acceptedSha)
    throw new Error(`pull request ${pull}, which was granted, is not to be found as it was`);
  const tip = grant.judgedAt ?? grant.mergeSha;
  try {
    const read = await readCase(parts, workplace, facts, { tip, acceptedSha: stored.acceptedSha, at: now });
    const before = judgeCase(read);
    if (before.content && !comesToTheSame(before.content, grant))
      return () => 'what was approved comes to something else under the policies in force now';
    const { digest } = before.assessment;
    const seen = new Map(counted.map((id) => [id, { digest, content: before.content }]));
    return refusals(judgeCase({ ...read, seen }), { ...facts, mergedAt: facts.mergedAt }, tip);
  } catch (error) {
    if (error instanceof Unjudgeable) return () => error.message;
    throw error;
  }
}

function refusals(judged: JudgedPull, facts: PullFacts & { readonly mergedAt: Instant }, tip: string) {
  const { number, headSha, mergedAt } = facts;
  const merged = { pulls: [{ number, headSha, mergedAt, tip, ...judged }], unjudged: [] };
  return (grant: Grant): string | null => {
    const change = judged.proposal.changes.find(({ key }) => key === grant.key);
    if (!change) return 'the pull request does not ask for it';
    const verdict = verdictOn(change, merged);
    if (verdict.kind === 'refused') return verdict.reason;
    const isHeld =
      verdict.kind === 'approved' &&
      verdict.request.holders.some((holder) => isOfSameHolding(grant, verdict.request, holder));
    return isHeld ? null : `${grant.holder.name} would not hold it by this request any more`;
  };
}

/** Whether it is what the grant was approved as, but for the version of the policies. */
function comesToTheSame(content: NonNullable<Judgement['content']>, grant: Grant): boolean {
  return digestOf({ ...content, policyVersion: grant.policyVersion }) === grant.digest;
}

/** The ids of the reviews that the grant rests on. */
async function reviewsThatCounted(db: Queryable, { repositoryId, pull, id }: Grant): Promise<number[]> {
  const decided = await eventsOfPull(db, repositoryId, pull, 'grant-decided');
  const approvals = decided.find(({ grantId }) => grantId === id)?.details['approvals'];
  return Array.isArray(approvals) ? approvals.map(({ review }: { review: number }) => review) : [];
}

async function confirm(trx: Queryable, grant: Grant, now: Instant): Promise<Task[]> {
  const { id, state } = grant;
  return (await moveGrant(trx, id, [state], state, { decidedAt: now })) ? [applyGrants(grant)] : [];
}

async function refuse(trx: Queryable, grant: Grant, reason: string, now: Instant): Promise<Task[]> {
  const { id, repositoryId, pull, key, file, holder, role, resource } = grant;
  const retired = await retire(trx, grant, 'never-granted', now);
  if (retired === 'moved-on') return [];
  await appendEvent(trx, {
    at: now,
    kind: 'grant-refused',
    repositoryId,
    pull,
    grantId: id,
    subject: `${holder.name} is not given ${role} on ${resource} after all: ${reason}`,
    details: { key, file, reason, given: retired === 'given' },
  });
  const said = [announcePull(repositoryId, pull), writeRecords(repositoryId)];
  // What the target holds perhaps is taken back first, and the entry taken out after that.
  if (retired === 'given') return [applyGrants(grant), ...said];
  const revert = await insertRevert(
    trx,
    { repositoryId, reason: `Nothing was granted: ${reason}.`, grantId: id, key, file, sourcePull: pull },
    now,
  );
  return [tendRevert(revert.id), ...said];
}
