import { liveStates, type Holding } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import { lateGrants } from './late-gifts.ts';

/** Each of these stands in an index of its own: what waits is never read. */
function dueGrants(db: Queryable, now: Instant) {
  const at = new Date(now);
  return db
    .selectFrom('grants')
    .where((grant) =>
      grant.or([
        grant('state', '=', 'granting'),
        grant('state', '=', 'revoking'),
        grant.and([grant('state', '=', 'scheduled'), grant('startsAt', '<=', at)]),
        grant.and([grant('state', 'in', liveStates), grant('expiresAt', '<=', at)]),
      ]),
    );
}

/** The connections on which something is to begin or to end by now, or may come late. */
export async function dueConnections(db: Queryable, now: Instant): Promise<string[]> {
  const rows = await dueGrants(db, now)
    .select('connection')
    .union(lateGrants(db).select('connection'))
    .orderBy('connection')
    .execute();
  return rows.map(({ connection }) => connection);
}

/** A holding that is due; `ends`: something about it is to be taken back. */
export type DueHolding = Holding & { readonly ends: boolean };

/**
 * The holdings of a connection that have something to begin or to end by now: what ends first, of these those that failed least often, since
 * what fails is to keep nothing else waiting, and of these those that are overdue longest.
 */
export async function dueHoldings(
  db: Queryable,
  now: Instant,
  { connection, atMost }: { readonly connection: string; readonly atMost: number },
): Promise<DueHolding[]> {
  return dueGrants(db, now)
    .select(['connection', 'entitlementKey', 'identity'])
    .select((grant) => {
      const ends = grant.or([grant('state', '=', 'revoking'), grant('expiresAt', '<=', new Date(now))]);
      return grant.fn.agg<boolean>('bool_or', [ends]).as('ends');
    })
    .where('connection', '=', connection)
    .groupBy(['connection', 'entitlementKey', 'identity'])
    .orderBy('ends', 'desc')
    .orderBy((grant) => grant.fn.max('attempts'))
    .orderBy((grant) => grant.fn.min('expiresAt'))
    .limit(atMost)
    .execute();
}

/** The next instant after now at which a grant begins or ends; `null`: none does. */
export async function nextDue(db: Queryable, now: Instant): Promise<Instant | null> {
  const at = new Date(now);
  const { next } = await db
    .selectNoFrom((query) =>
      query
        .fn<Date | null>('least', [
          query
            .selectFrom('grants')
            .select((grant) => grant.fn.min('startsAt').as('starts'))
            .where('state', '=', 'scheduled')
            .where('startsAt', '>', at),
          query
            .selectFrom('grants')
            .select((grant) => grant.fn.min('expiresAt').as('ends'))
            .where('state', 'in', liveStates)
            .where('expiresAt', '>', at),
        ])
        .as('next'),
    )
    .executeTakeFirstOrThrow();
  return next?.getTime() ?? null;
}
