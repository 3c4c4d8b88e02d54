import { appendEvent } from '../database/audit-events.ts';
import { liveGrants } from '../database/grants.ts';
import type { Queryable } from '../database/connect.ts';
import { openPulls } from '../database/pulls.ts';
import { readHolding } from '../github/read-holders.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import { holdRemovals, liftRemovals } from './hold-removals.ts';
import { retire, type Retirement } from './move-grant.ts';
import type { Parts } from './parts.ts';
import { applyGrants, evaluatePull, writeRecords, type Tasks } from './tasks.ts';

/**
 * Takes back what somebody holds who is no active member of the organization any more, or of the team that it was granted to; and looks again
 * at what they approved.
 */
export async function takeFromLeaversTask(
  parts: Parts,
  { repositoryId, why }: Tasks['take-from-leavers'],
): Promise<void> {
  const { db, queue, clock } = parts;
  const { repository } = await parts.workplace(repositoryId);
  const grants = (await liveGrants(db, repositoryId)).filter(isInForce);
  const stays = await readHolding(repository, grants);
  const asked = new Set(grants.map(({ id }) => id));
  const heldBack = await db.transaction().execute(async (trx) => {
    const run = { repositoryId, because: 'left', now: clock.now() } as const;
    await liftRemovals(parts, trx, run, (grant) => asked.has(grant.id) && stays(grant));
    return holdRemovals(parts, trx, run, (grant) => asked.has(grant.id) && !stays(grant));
  });
  for (const grant of grants) if (!stays(grant) && !heldBack.has(grant.id)) await takeBack(parts, grant);
  // Whose approvals still count is asked again at the merge: each look at all of them costs calls.
  if (why === 'swept' && grants.every(stays)) return;
  const open = await openPulls(db, repositoryId);
  await queue.send(
    db,
    open.map((pull) => evaluatePull(repositoryId, pull)),
  );
}

async function takeBack({ db, queue, clock }: Parts, grant: Grant): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const retired = await takeFromLeaver(trx, grant, clock.now());
    if (retired === 'given') await queue.send(trx, applyGrants(grant));
    if (retired !== 'moved-on') await queue.send(trx, writeRecords(grant.repositoryId));
  });
}

/** Ends the grant of somebody who left, unless it is over, or ending, already. */
export async function takeFromLeaver(trx: Queryable, grant: Grant, now: Instant): Promise<Retirement> {
  const { id, repositoryId, pull, holder, principal, role, resource } = grant;
  const retired = await retire(trx, grant, 'left', now);
  if (retired === 'moved-on') return retired;
  await appendEvent(trx, {
    at: now,
    kind: 'leaver-decided',
    repositoryId,
    pull,
    grantId: id,
    subject: `${holder.name} left and loses ${role} on ${resource}`,
    details: { holder, principal, given: retired === 'given' },
  });
  return retired;
}
