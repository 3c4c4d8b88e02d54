import type { MergedPull, Verdict } from '../approvals/verdict.ts';
import { eventsOfPull } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import { grantPeriod, type ResolvedRequest } from '../policies/decision.ts';
import { sameMeaning, type EntryChange } from '../requests/change-set.ts';
import type { Instant } from '../requests/instant.ts';
import { approvedEnd, moveEnd, retire } from './move-grant.ts';
import { isOfSameHolding, storeGrant, type Consequence, type Occasion } from './store-grant.ts';
import { applyGrants } from './tasks.ts';

type Addition = Exclude<EntryChange, { kind: 'removed' }>;

/** Stores what was approved for each holder: a grant with its end, or another end of what runs. Or why it gives nothing all the same. */
export async function storeApproved(
  trx: Queryable,
  change: Addition,
  verdict: Extract<Verdict, { kind: 'approved' }>,
  grants: readonly Grant[],
  occasion: Occasion,
): Promise<Consequence | { readonly refused: string }> {
  const { pull, request } = verdict;
  const { now } = occasion;
  if (await isSpent(trx, pull, grants, occasion))
    return { refused: `#${pull.number} was granted once already: putting an entry back is a new request` };
  const { start, end } = approvedPeriod(change, request, pull, grants);
  const inForce = grants.filter(isInForce);
  // What is over, or has not begun and begins otherwise, makes room: its end was, or is, on its own way.
  const over = inForce.filter((grant) => grant.expiresAt <= now || startsAnew(change, grant));
  const lasting = inForce.filter((grant) => !over.includes(grant));
  const kept = lasting.filter((grant) =>
    request.holders.some((holder) => isOfSameHolding(grant, request, holder)),
  );
  const others = lasting.filter((grant) => !kept.includes(grant));
  if (others.some((grant) => isInTheWay(grant, request)))
    return { refused: 'what runs is held by another account or as another entitlement: give it back first' };
  for (const grant of over) await retire(trx, grant, 'expired', now);
  // Who left the team since has nothing to extend.
  for (const grant of others) await retire(trx, grant, 'left', now);

  const fresh = request.holders.filter(
    (holder) => !kept.some((grant) => isOfSameHolding(grant, request, holder)),
  );
  if (fresh.length > 0 && end <= now) return { refused: 'its end passed before it was decided' };
  const consequences: Consequence[] = [];
  for (const grant of kept)
    if (approvedEnd(grant) !== end) consequences.push(await moveEnd(trx, grant, end, occasion, pull));
  for (const holder of fresh)
    consequences.push(await storeGrant(trx, verdict, holder, { start, end }, occasion));
  return {
    tasks: [...consequences.flatMap(({ tasks }) => tasks), ...[...over, ...others].map(applyGrants)],
    pull: consequences.length > 0 ? pull.number : null,
  };
}

/** A team's grants end one by one as people leave; anybody else's is in the way of whoever has the name now. */
function isInTheWay({ identity }: Grant, { principal, holders }: ResolvedRequest): boolean {
  return principal.kind !== 'team' || holders.some((holder) => holder.identity === identity);
}

/** A pull request grants what it asks for once: whatever it led to, its commits can come back to the branch in other ways. */
async function isSpent(
  trx: Queryable,
  { number }: MergedPull,
  grants: readonly Grant[],
  { repositoryId }: Occasion,
): Promise<boolean> {
  const decided = await Promise.all([
    eventsOfPull(trx, repositoryId, number, 'grant-decided'),
    eventsOfPull(trx, repositoryId, number, 'end-moved'),
  ]);
  return decided.flat().some(({ grantId }) => grants.some(({ id }) => id === grantId));
}

/**
 * When what was approved begins and ends. An entry that stood for a grant when the pull request was merged extends it: the end counts from that
 * grant's start, and moves only where the duration or the end was edited.
 */
function approvedPeriod(
  change: Addition,
  request: ResolvedRequest,
  { mergedAt }: MergedPull,
  grants: readonly Grant[],
): { readonly start: Instant; readonly end: Instant } {
  const period = grantPeriod(request, mergedAt);
  const extended = grants.find(
    (grant) => (isInForce(grant) || grant.endedBecause === 'expired') && grant.expiresAt > mergedAt,
  );
  if (!extended || startsAnew(change, extended)) return period;
  if (change.kind === 'added' || !changesEnd(change)) return { ...period, end: extended.expiresAt };
  return { ...period, end: grantPeriod(request, extended.startsAt).end };
}

/** Whether an edit asks for another start of what has not begun. */
function startsAnew(change: Addition, { state }: Grant): boolean {
  return (
    change.kind === 'changed' &&
    state === 'scheduled' &&
    change.before.request.starts !== change.after.request.starts
  );
}

/** Whether an edit is one of the duration or the end: a typo fix in the reason moves no end. */
function changesEnd({ before, after }: Extract<EntryChange, { kind: 'changed' }>): boolean {
  const { duration, until } = { duration: before.duration, until: before.request.until };
  return !sameMeaning(before, after) && (after.duration !== duration || after.request.until !== until);
}
