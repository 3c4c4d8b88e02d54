import type { Grant } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import { grantOf } from './grant-rows.ts';

/**
 * So many milliseconds after it was sent a call to a target may still come through that nothing was heard of: a network that hangs holds it for a
 * quarter of an hour (Linux: tcp_retries2), and whoever takes it for its own time.
 */
export const mayComeLate = 20 * 60_000;

/** Grants that are over, and whose access may come all the same. */
export function lateGrants(db: Queryable) {
  return db
    .selectFrom('grants')
    .where('lateUntil', 'is not', null)
    .where('state', 'in', ['revoked', 'refused']);
}

/** Those of one connection. */
export async function grantsGivenLate(db: Queryable, connection: string): Promise<Grant[]> {
  const rows = await lateGrants(db).selectAll().where('connection', '=', connection).orderBy('id').execute();
  return rows.map(grantOf);
}

/** Of these grants access may come until then, if they are over already. */
export async function expectLate(db: Queryable, ids: readonly string[], until: Instant): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('grants')
    .set({ lateUntil: new Date(until) })
    .where('id', 'in', ids)
    .where('state', 'in', ['revoked', 'refused'])
    .execute();
}

/** Looked at at that instant, none of these grants' access was there: of those whose time for it has passed none comes any more. */
export async function expectNoMore(db: Queryable, ids: readonly string[], at: Instant): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('grants')
    .set({ lateUntil: null })
    .where('id', 'in', ids)
    .where('lateUntil', '<=', new Date(at))
    .execute();
}
