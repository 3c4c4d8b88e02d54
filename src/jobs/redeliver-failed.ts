import { deliveriesSeen, storeDeliveriesSeen } from '../database/deliveries.ts';
import { askAgain, neverTaken, readDeliveries } from '../github/hook-deliveries.ts';
import type { Parts } from './parts.ts';
import { redeliverFailed } from './tasks.ts';

/** In milliseconds: what was on its way at the last look is listed by when it was sent. */
const overlap = 60_000;

/** Asked for in one go: GitHub wants a second between two. */
const most = 30;

/**
 * Asks GitHub once for each delivery that failed, since GitHub never tries again by itself. The sweep finds most of what they told; of a review it
 * can't say what its author saw. An attempt that failed too is let go.
 */
export async function redeliverFailedTask(parts: Parts): Promise<void> {
  const { db, queue, log } = parts;
  const octokit = await parts.asApp();
  const seen = (await deliveriesSeen(db)) ?? 0;
  const deliveries = await readDeliveries(octokit, seen - overlap);
  const failed = neverTaken(deliveries);
  const [now, next] = [failed.slice(0, most), failed[most]];
  for (const delivery of now) await askAgain(octokit, delivery);
  if (now.length > 0) log.info({ deliveries: now.length }, 'failed deliveries were asked for again');
  const upTo = next ?? deliveries[0];
  await db.transaction().execute(async (trx) => {
    if (upTo) await storeDeliveriesSeen(trx, upTo.deliveredAt);
    if (next) await queue.send(trx, redeliverFailed);
  });
}
