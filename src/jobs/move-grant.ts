import type { MergedPull } from '../approvals/verdict.ts';
import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { moveGrant } from '../database/grants.ts';
import type { EndReason, Grant } from '../grants/grant.ts';
import type { ExpandedEntry } from '../requests/access-request.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';
import { evidence, type Consequence, type Occasion } from './store-grant.ts';
import { applyGrants } from './tasks.ts';

/** Gives a grant another end, approved by a pull request or earlier than it was. */
export async function moveEnd(
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
    subject: `${running.holder.name}'s ${running.role} on ${running.resource} now ends ${formatInstant(expiresAt)}`,
    details: {
      from: formatInstant(running.expiresAt),
      to: formatInstant(expiresAt),
      ...(pull ? evidence(pull, after) : { branchSha: after }),
    },
  });
  return { tasks: [applyGrants(running)], pull: pull?.number ?? running.pull };
}

/** Ends a grant whose entry was taken out. */
export async function takeBack(
  trx: Queryable,
  running: Grant,
  { repositoryId, after, now }: Pick<Occasion, 'repositoryId' | 'after' | 'now'>,
): Promise<Consequence> {
  const given = (await retire(trx, running, 'returned', now)) !== 'untouched';
  await appendEvent(trx, {
    at: now,
    kind: 'return-decided',
    repositoryId,
    pull: running.pull,
    grantId: running.id,
    subject: `${running.holder.name}'s request for ${running.role} on ${running.resource} was taken out`,
    details: { branchSha: after, given },
  });
  return { tasks: given ? [applyGrants(running)] : [], pull: running.pull };
}

/** What became of a grant that was to end: the target was never touched, it may have been given, or it was over, or ending, already. */
export type Retirement = 'untouched' | 'given' | 'moved-on';

/** Ends a grant, whatever state it has come to meanwhile: it is over at once while the target is untouched. */
export async function retire(
  trx: Queryable,
  { id }: Grant,
  because: EndReason,
  now: Instant,
): Promise<Retirement> {
  const untouched = await moveGrant(trx, id, ['scheduled'], 'revoked', {
    endedBecause: 'never-granted',
    revokedAt: now,
  });
  if (untouched) return 'untouched';
  const given = await moveGrant(trx, id, ['granting', 'active'], 'revoking', { endedBecause: because });
  return given ? 'given' : 'moved-on';
}

/** When a grant ends; of an emergency that nobody reviewed yet, when it would once somebody did. */
export function approvedEnd({ approvedUntil, expiresAt }: Grant): Instant {
  return approvedUntil ?? expiresAt;
}

/** The end that the entry's own words give a grant that began already. */
export function endOf({ request, duration }: ExpandedEntry, running: Grant): Instant {
  return (
    request.until ?? (duration === undefined ? approvedEnd(running) : running.startsAt + duration * 60_000)
  );
}

/** Whether an entry's words ask for more than what was granted for it, or for something else. */
export function asksForMore(entry: ExpandedEntry, running: Grant, now: Instant): boolean {
  const waits = running.startsAt > now;
  const { starts = waits ? now : running.startsAt, emergency } = entry.request;
  return (
    endOf(entry, running) > approvedEnd(running) ||
    starts > running.startsAt ||
    (waits && starts < running.startsAt) ||
    emergency !== running.emergency
  );
}

/** Whether an entry says what a grant was given for. */
export function standsFor(entry: ExpandedEntry, grant: Grant, now: Instant): boolean {
  return (
    entry.file === grant.file && endOf(entry, grant) === approvedEnd(grant) && !asksForMore(entry, grant, now)
  );
}
