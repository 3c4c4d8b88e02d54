import { appendEvent } from '../database/audit-events.ts';
import { liveGrants } from '../database/grants.ts';
import { openPulls } from '../database/pulls.ts';
import { readHolding } from '../github/read-holders.ts';
import { isInForce, type Grant } from '../grants/grant.ts';
import { retire } from './move-grant.ts';
import type { Parts } from './parts.ts';
import { applyGrants, evaluatePull, writeRecords, type Tasks } from './tasks.ts';

/**
 * Takes back what somebody holds who is no active member of the organization any more, or of the team that it was granted to; and looks again
 * at what they approved.
 */
export async function takeFromLeaversTask(
  parts: Parts,
  { repositoryId }: Tasks['take-from-leavers'],
): Promise<void> {
  const { repository } = await parts.workplace(repositoryId);
  const grants = (await liveGrants(parts.db, repositoryId)).filter(isInForce);
  const stays = await readHolding(repository, grants);
  for (const grant of grants) if (!stays(grant)) await takeBack(parts, grant);
  for (const pull of await openPulls(parts.db, repositoryId))
    await parts.queue.send(parts.db, evaluatePull(repositoryId, pull));
}

async function takeBack({ db, queue, clock }: Parts, grant: Grant): Promise<void> {
  const { id, repositoryId, pull, holder, principal, role, resource } = grant;
  await db.transaction().execute(async (trx) => {
    const now = clock.now();
    const retired = await retire(trx, grant, 'left', now);
    if (retired === 'moved-on') return;
    const given = retired === 'given';
    await appendEvent(trx, {
      at: now,
      kind: 'leaver-decided',
      repositoryId,
      pull,
      grantId: id,
      subject: `${holder.name} left and loses ${role} on ${resource}`,
      details: { holder, principal, given },
    });
    if (given) await queue.send(trx, applyGrants(grant));
    await queue.send(trx, writeRecords(repositoryId));
  });
}
