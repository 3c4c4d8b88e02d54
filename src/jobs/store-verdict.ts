import type { MergedPull, Verdict } from '../approvals/verdict.ts';
import { appendEvent, eventsOfPull } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfRequest, moveGrant } from '../database/grants.ts';
import { insertRevert, revertsUnderWay, type Revert } from '../database/reverts.ts';
import { isInForce, type EndReason, type Grant } from '../grants/grant.ts';
import { grantPeriod, type ResolvedRequest } from '../policies/decision.ts';
import type { ExpandedEntry, RequestKey } from '../requests/access-request.ts';
import { sameMeaning, type EntryChange } from '../requests/change-set.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';
import {
  evidence,
  isOfSameHolding,
  storeGrant,
  type Consequence,
  type DecidedChange,
  type Occasion,
} from './store-grant.ts';
import { applyGrants, tendRevert, type Task } from './tasks.ts';

const nothing: Consequence = { tasks: [], pull: null };

type Edit = Extract<EntryChange, { kind: 'changed' }>;
type Addition = Exclude<EntryChange, { kind: 'removed' }>;

/** Stores what a verdict means, with its audit event: a grant with its end, a moved end, a return, or a refusal with its revert. */
export async function storeVerdict(
  trx: Queryable,
  { change, verdict }: DecidedChange,
  occasion: Occasion,
): Promise<Consequence> {
  const grants = await grantsOfRequest(trx, occasion.repositoryId, change.key);
  const running = grants.find(isInForce);
  if (change.kind === 'removed') {
    const { tasks, pull } = running ? await takeBack(trx, running, occasion) : nothing;
    return { tasks: [...tasks, ...(await settledReverts(trx, change.key, occasion))], pull };
  }
  if (verdict.kind === 'approved' && !occasion.waiting)
    return storeApproved(trx, change, verdict, grants, occasion);
  // Shorter is less than what was approved, so it takes effect whoever wrote it.
  if (change.kind === 'changed' && running && shortens(change, running))
    return moveEnd(trx, running, endOf(change.after, running), occasion);
  if (verdict.kind !== 'refused' || occasion.waiting) return nothing;
  if (change.kind === 'changed' && running) return refuseEdit(trx, change, running, verdict, occasion);
  return refuse(trx, change, verdict, occasion);
}

/** Of an entry that was edited without approval what was granted stays as it is, and so will what it says if it says more. */
async function refuseEdit(
  trx: Queryable,
  change: Edit,
  running: Grant,
  { pull, reason }: Extract<Verdict, { kind: 'refused' }>,
  occasion: Occasion,
): Promise<Consequence> {
  const { before, after } = change;
  const granted = running.approvedUntil ?? running.expiresAt;
  // Back to what is granted: what was refused is undone, by the app's own pull request or by somebody's hand.
  if (endOf(before, running) > granted && endOf(after, running) === granted) return nothing;
  await tellRefusal(trx, change, { pull, reason }, occasion);
  const asksForMore =
    endOf(after, running) > granted ||
    before.request.starts !== after.request.starts ||
    before.request.emergency !== after.request.emergency;
  if (!asksForMore) return { tasks: [], pull };
  const edit = { restoreSha: occasion.before, refusedSha: occasion.after };
  return undo(trx, change, { pull, reason, edit }, occasion);
}

async function storeApproved(
  trx: Queryable,
  change: Addition,
  verdict: Extract<Verdict, { kind: 'approved' }>,
  grants: readonly Grant[],
  occasion: Occasion,
): Promise<Consequence> {
  const { pull, request } = verdict;
  const no = (reason: string) => refuse(trx, change, { pull: pull.number, reason }, occasion);
  if (await isSpent(trx, pull, grants, occasion))
    return no(`#${pull.number} was granted once already: putting an entry back is a new request`);
  const running = grants.find(isInForce);
  const { start, end } = approvedPeriod(change, request, pull, grants);
  if (running && running.expiresAt > occasion.now && !startsAnew(change, running)) {
    if (!isOfSameHolding(running, request))
      return no('what runs is held by another account or as another entitlement: give it back first');
    return end === running.expiresAt ? nothing : moveEnd(trx, running, end, occasion, pull);
  }
  // What is over, or has not begun and begins otherwise, makes room: its end was, or is, on its own way.
  if (running) await retire(trx, running, 'expired', occasion.now);
  if (end <= occasion.now) return no('its end passed before it was decided');
  const granted = await storeGrant(trx, verdict, { start, end }, occasion);
  return { ...granted, tasks: [...granted.tasks, ...(running ? [applyGrants(running)] : [])] };
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

async function moveEnd(
  trx: Queryable,
  running: Grant,
  end: Instant,
  { repositoryId, after, now }: Occasion,
  pull?: MergedPull,
): Promise<Consequence> {
  // Of an emergency that nobody reviewed only the end moves that a review would give it, unless that comes first.
  const waits = running.emergency && running.reviewedAt === null;
  const expiresAt = waits ? Math.min(end, running.expiresAt) : end;
  const approvedUntil = running.emergency ? end : running.approvedUntil;
  if (!(await moveGrant(trx, running.id, [running.state], running.state, { expiresAt, approvedUntil })))
    throw new Error(`the grant ${running.id} moved on while its end was decided: decide again`);
  await appendEvent(trx, {
    at: now,
    kind: 'end-moved',
    repositoryId,
    pull: pull?.number ?? running.pull,
    grantId: running.id,
    subject: `${running.principal.name}'s ${running.role} on ${running.resource} now ends ${formatInstant(expiresAt)}`,
    details: {
      from: formatInstant(running.expiresAt),
      to: formatInstant(expiresAt),
      ...(pull ? evidence(pull, after) : { branchSha: after }),
    },
  });
  return { tasks: [applyGrants(running)], pull: pull?.number ?? running.pull };
}

async function takeBack(
  trx: Queryable,
  running: Grant,
  { repositoryId, after, now }: Occasion,
): Promise<Consequence> {
  const given = await retire(trx, running, 'returned', now);
  await appendEvent(trx, {
    at: now,
    kind: 'return-decided',
    repositoryId,
    pull: running.pull,
    grantId: running.id,
    subject: `${running.principal.name}'s request for ${running.role} on ${running.resource} was taken out`,
    details: { branchSha: after, given },
  });
  return { tasks: given ? [applyGrants(running)] : [], pull: running.pull };
}

/** Ends a grant, whatever state it has come to meanwhile: it is over at once while the target is untouched. Whether it may have been given. */
async function retire(trx: Queryable, { id }: Grant, because: EndReason, now: Instant): Promise<boolean> {
  const untouched = await moveGrant(trx, id, ['scheduled'], 'revoked', {
    endedBecause: 'never-granted',
    revokedAt: now,
  });
  if (untouched) return false;
  await moveGrant(trx, id, ['granting', 'active'], 'revoking', { endedBecause: because });
  return true;
}

/** The revert pull requests that have nothing left to take out. */
async function settledReverts(trx: Queryable, key: RequestKey, { repositoryId }: Occasion): Promise<Task[]> {
  const underWay = await revertsUnderWay(trx, repositoryId);
  return underWay.filter((revert) => revert.key === key).map(({ id }) => tendRevert(id));
}

async function refuse(
  trx: Queryable,
  change: Addition,
  { pull, reason }: { readonly pull: number | null; readonly reason: string },
  occasion: Occasion,
): Promise<Consequence> {
  await tellRefusal(trx, change, { pull, reason }, occasion);
  // What was edited without a grant to go by has its own revert under way.
  if (change.kind !== 'added') return { tasks: [], pull };
  return undo(trx, change, { pull, reason, edit: null }, occasion);
}

async function tellRefusal(
  trx: Queryable,
  change: Addition,
  { pull, reason }: { readonly pull: number | null; readonly reason: string },
  { repositoryId, after, now }: Occasion,
): Promise<void> {
  const { file, resource, role, request } = change.after;
  await appendEvent(trx, {
    at: now,
    kind: 'grant-refused',
    repositoryId,
    pull,
    grantId: null,
    subject: `${request.principal.name} gets nothing: ${role} on ${resource} was refused, since ${reason}`,
    details: { key: change.key, file, change: change.kind, branchSha: after, reason },
  });
}

/** Has the entry, or the edit of it, taken out of the branch again. */
async function undo(
  trx: Queryable,
  { key, after: { file } }: Addition,
  {
    pull,
    reason,
    edit,
  }: { readonly pull: number | null; readonly reason: string; readonly edit: Revert['edit'] },
  { repositoryId, now }: Occasion,
): Promise<Consequence> {
  const revert = await insertRevert(
    trx,
    {
      repositoryId,
      reason: `Nothing was granted: ${reason}.`,
      grantId: null,
      key,
      file,
      sourcePull: pull,
      edit,
    },
    now,
  );
  return { tasks: [tendRevert(revert.id)], pull };
}

/** The end that the entry's own words give a grant that began already. */
function endOf({ request, duration }: ExpandedEntry, running: Grant): Instant {
  return request.until ?? (duration === undefined ? running.expiresAt : running.startsAt + duration * 60_000);
}

function shortens({ after }: Edit, running: Grant): boolean {
  return endOf(after, running) < running.expiresAt;
}

/** Whether an edit is one of the duration or the end: a typo fix in the reason moves no end. */
function changesEnd({ before, after }: Edit): boolean {
  const { duration, until } = { duration: before.duration, until: before.request.until };
  return !sameMeaning(before, after) && (after.duration !== duration || after.request.until !== until);
}
