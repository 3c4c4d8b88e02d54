import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';

/** A webhook as it is remembered. */
export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number;
}

/** Remembers deliveries, and gives the ids of those that were not accepted before. */
export async function storeDeliveries(
  db: Queryable,
  deliveries: readonly Delivery[],
  now: Instant,
): Promise<ReadonlySet<string>> {
  const receivedAt = new Date(now);
  const stored = await db
    .insertInto('deliveries')
    .values(
      deliveries.map(({ id, event, action, repositoryId }) => ({
        id,
        event,
        action,
        repositoryId,
        receivedAt,
      })),
    )
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return new Set(stored.map(({ id }) => id));
}

/** Up to when, by GitHub's clock, failed deliveries were looked for; `undefined`: never yet. */
export async function deliveriesSeen(db: Queryable): Promise<Instant | undefined> {
  const row = await db.selectFrom('deliveriesSeen').select('until').executeTakeFirst();
  return row?.until.getTime();
}

export async function storeDeliveriesSeen(db: Queryable, instant: Instant): Promise<void> {
  const until = new Date(instant);
  await db
    .insertInto('deliveriesSeen')
    .values({ until })
    .onConflict((conflict) => conflict.column('onlyRow').doUpdateSet({ until }))
    .execute();
}
