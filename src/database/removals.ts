import { isInForce, type Grant } from '../grants/grant.ts';
import type { RemovalReason } from '../grants/removal-limit.ts';
import type { Queryable } from './connect.ts';
import { grantOf } from './grant-rows.ts';

/** A grant whose removal waits for a person's word. */
export interface HeldRemoval {
  /** The number of the audit event that tells of it and of those that are held with it. */
  readonly removal: number;
  readonly because: RemovalReason;
  readonly grant: Grant;
}

/** Which removals, of those that are held. */
interface Which {
  readonly repositoryId?: number;
  readonly removal?: number;
  readonly because?: RemovalReason;
}

/** Holds the removal of grants back. One that is held for that reason already stays what it is. */
export async function holdBack(
  trx: Queryable,
  removal: number,
  because: RemovalReason,
  grants: readonly Grant[],
): Promise<void> {
  await trx
    .insertInto('heldRemovals')
    .values(grants.map(({ id }) => ({ grantId: id, because, removal })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What is held, the oldest first. What ended meanwhile is not. */
export async function heldRemovals(
  db: Queryable,
  { repositoryId, removal, because }: Which = {},
): Promise<HeldRemoval[]> {
  let query = db
    .selectFrom('heldRemovals')
    .innerJoin('grants', 'grants.id', 'heldRemovals.grantId')
    .selectAll('grants')
    .select(['heldRemovals.removal', 'heldRemovals.because']);
  if (repositoryId !== undefined) query = query.where('repositoryId', '=', `${repositoryId}`);
  if (removal !== undefined) query = query.where('removal', '=', `${removal}`);
  if (because !== undefined) query = query.where('because', '=', because);
  const rows = await query.orderBy('removal').orderBy('grants.requestKey').orderBy('grants.id').execute();
  return rows
    .map((row) => ({ removal: Number(row.removal), because: row.because, grant: grantOf(row) }))
    .filter(({ grant }) => isInForce(grant));
}

/** Forgets that removals were held. */
export async function releaseHeld(
  trx: Queryable,
  because: RemovalReason,
  grants: readonly Grant[],
): Promise<void> {
  await trx
    .deleteFrom('heldRemovals')
    .where('because', '=', because)
    .where(
      'grantId',
      'in',
      grants.map(({ id }) => id),
    )
    .execute();
}
