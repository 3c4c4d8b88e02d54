import { appendEvents } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantById, grantsOfHolding, grantsOfHoldings, moveGrant } from '../database/grants.ts';
import { expectNoMore } from '../database/late-gifts.ts';
import type { Grant } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import { grantEvent } from './grant-event.ts';
import type { Parts } from './parts.ts';
import { applyGrants, type Task } from './tasks.ts';

/** States in which a grant may be why somebody holds something. */
const touched = ['granting', 'active', 'revoking'] as const;

/**
 * Access can come after another process took its grant to its end: from one that slept meanwhile, or by a call that hung. As long as that can be,
 * each run on the connection looks for it, and what it finds is to be taken back. `over`: such grants of one entitlement.
 */
export async function findLateGifts(parts: Parts, over: readonly Grant[]): Promise<void> {
  const { db, queue, clock } = parts;
  const [first] = over;
  if (!first) return;
  const connector = await parts.connector(first.connection);
  const at = clock.now();
  const identities = over.map(({ identity }) => identity);
  // Asked before the target is: another run may be ending them at this moment.
  const others = await grantsOfHoldings(db, { ...first, identities }, touched);
  const rests = new Set(others.map(({ identity }) => identity));
  const shown = await connector.observe(first.entitlement);
  const ofEach = Map.groupBy(over, ({ identity }) => identity);
  await db.transaction().execute(async (trx) => {
    for (const [identity, held] of ofEach)
      if (shown.has(identity) && !rests.has(identity) && (await isAsItWas(trx, held)))
        await queue.send(trx, await takeBackLate(parts, trx, held, at));
    await expectNoMore(
      trx,
      over.map(({ id }) => id),
      at,
    );
  });
}

/** Whether nobody took it back once more since it was read. */
async function isAsItWas(trx: Queryable, [first]: readonly Grant[]): Promise<boolean> {
  const now = first && (await grantById(trx, first.id));
  return now !== undefined && now.revokedAt === first?.revokedAt;
}

/** Whoever holds something for grants that are over holds it for nothing, unless it rests on others, or stood before: it is to be taken back once more. */
export async function takeBackLate(
  { log }: Pick<Parts, 'log'>,
  trx: Queryable,
  over: readonly Grant[],
  at: Instant,
): Promise<Task[]> {
  const [first] = over;
  if (!first || over.some(({ standing }) => standing)) return [];
  if ((await grantsOfHolding(trx, first, touched)).length > 0) return [];
  const late =
    (await moveGrant(trx, first.id, ['revoked'], 'revoking')) ??
    // Its entry is to be taken out already.
    (await moveGrant(trx, first.id, ['refused'], 'revoking', {
      endedBecause: 'never-granted',
      revokedAt: at,
    }));
  if (!late) return [];
  if (late.grantedAt === null) await moveGrant(trx, late.id, ['revoking'], 'revoking', { grantedAt: at });
  log.warn({ grant: late.id }, 'access came after its end: it is taken back');
  await appendEvents(trx, [grantEvent(late, at, 'access-granted', { standing: false, afterItsEnd: true })]);
  return [applyGrants(late)];
}
