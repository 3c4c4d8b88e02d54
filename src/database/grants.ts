import { sql } from 'kysely';
import { isLive, liveStates, type Grant, type GrantState, type Holding } from '../grants/grant.ts';
import type { PastGrant } from '../policies/past-grant.ts';
import type { RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import { grantOf, rowOf, timestamp } from './grant-rows.ts';
import { mayComeLate } from './late-gifts.ts';

/** A grant to be stored: the database gives it its id, unless it has one from a record. */
export type NewGrant = Omit<Grant, 'id'> & { readonly id?: string };

/** Stores a grant. A second one in force for the same request violates a unique index, and throws. */
export async function insertGrant(db: Queryable, grant: NewGrant, at: Instant): Promise<Grant> {
  const row = await db
    .insertInto('grants')
    .values({ ...rowOf(grant), createdAt: new Date(at) })
    .returningAll()
    .executeTakeFirstOrThrow();
  return grantOf(row);
}

export async function grantById(db: Queryable, id: string): Promise<Grant | undefined> {
  const row = await db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst();
  return row && grantOf(row);
}

/** The grants with something left to do, of one repository or of all, those that end first before the others. */
export async function liveGrants(db: Queryable, repositoryId?: number): Promise<Grant[]> {
  let query = db.selectFrom('grants').selectAll().where('state', 'in', liveStates);
  if (repositoryId !== undefined) query = query.where('repositoryId', '=', `${repositoryId}`);
  return (await query.orderBy('expiresAt').orderBy('id').execute()).map(grantOf);
}

/** The grants of a request, the latest first. */
export async function grantsOfRequest(
  db: Queryable,
  repositoryId: number,
  key: RequestKey,
): Promise<Grant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('requestKey', '=', key)
    .orderBy('createdAt', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(grantOf);
}

/**
 * Every grant of a repository that gave access, gives it or is going to, as decisions look back on it; but for what a pull request that is
 * decided on led to itself.
 */
export async function pastGrants(
  db: Queryable,
  repositoryId: number,
  exceptPull: number,
): Promise<PastGrant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '!=', exceptPull)
    .where('state', '!=', 'refused')
    .where((grant) =>
      grant.or([grant('endedBecause', 'is', null), grant('endedBecause', '!=', 'never-granted')]),
    )
    .orderBy('startsAt')
    .execute();
  // What a team was granted is one grant, which lasts as long as any of its members holds it.
  const past = new Map<string, PastGrant>();
  for (const grant of rows.map(grantOf).map(pastGrantOf)) {
    const id = `${grant.key} ${grant.startsAt}`;
    if (!past.get(id)?.live) past.set(id, grant);
  }
  return [...past.values()];
}

function pastGrantOf(grant: Grant): PastGrant {
  const { key, principal, resource, role, startsAt, expiresAt, approvedUntil } = grant;
  const { revokedAt, emergency, reviewedAt } = grant;
  return {
    key,
    principal,
    resource,
    role,
    startsAt,
    expiresAt,
    approvedUntil,
    endedAt: revokedAt,
    live: isLive(grant),
    emergency,
    reviewed: reviewedAt !== null,
  };
}

/** The grants that a pull request led to. */
export async function grantsOfPull(db: Queryable, repositoryId: number, pull: number): Promise<Grant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .orderBy('requestKey')
    .execute();
  return rows.map(grantOf);
}

/** All the grants that a holding rests on, in the given states, in the order in which they begin. */
export async function grantsOfHolding(
  db: Queryable,
  { connection, entitlementKey, identity }: Holding,
  states: readonly GrantState[],
): Promise<Grant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('connection', '=', connection)
    .where('entitlementKey', '=', entitlementKey)
    .where('identity', '=', identity)
    .where('state', 'in', states)
    .orderBy('startsAt')
    .orderBy('id')
    .execute();
  return rows.map(grantOf);
}

/** The grants that many holdings of one entitlement rest on, in the given states, in the order in which they begin. */
export async function grantsOfHoldings(
  db: Queryable,
  {
    connection,
    entitlementKey,
    identities,
  }: Omit<Holding, 'identity'> & { readonly identities: readonly string[] },
  states: readonly GrantState[],
): Promise<Grant[]> {
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('connection', '=', connection)
    .where('entitlementKey', '=', entitlementKey)
    .where('identity', 'in', identities)
    .where('state', 'in', states)
    .orderBy('startsAt')
    .orderBy('id')
    .execute();
  return rows.map(grantOf);
}

/** What may change about a grant: an end moves with an approved extension, the rest is what came of it. */
export type GrantFields = Partial<
  Pick<
    Grant,
    | 'expiresAt'
    | 'digest'
    | 'pull'
    | 'mergeSha'
    | 'standing'
    | 'endedBecause'
    | 'grantedAt'
    | 'revokedAt'
    | 'reviewedAt'
    | 'approvedUntil'
    | 'decidedAt'
  >
> & {
  readonly lastError?: string | null;
  /** Until when access may come that was asked for, and that nothing was heard of. */
  readonly lateUntil?: Instant;
};

/**
 * Moves a grant to another state if it is still in one of the states it is believed to be in: `undefined` when somebody else was faster.
 * A move to the state it is in changes its fields alone.
 */
export async function moveGrant(
  db: Queryable,
  id: string,
  from: readonly GrantState[],
  to: GrantState,
  {
    expiresAt,
    grantedAt,
    revokedAt,
    reviewedAt,
    approvedUntil,
    decidedAt,
    lateUntil,
    ...fields
  }: GrantFields = {},
): Promise<Grant | undefined> {
  const row = await db
    .updateTable('grants')
    .set({
      state: to,
      ...fields,
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }),
      ...(grantedAt === undefined ? {} : { grantedAt: timestamp(grantedAt) }),
      ...(revokedAt === undefined ? {} : { revokedAt: timestamp(revokedAt) }),
      ...(reviewedAt === undefined ? {} : { reviewedAt: timestamp(reviewedAt) }),
      ...(approvedUntil === undefined ? {} : { approvedUntil: timestamp(approvedUntil) }),
      ...(decidedAt === undefined ? {} : { decidedAt: new Date(decidedAt) }),
      ...(lateUntil === undefined ? {} : { lateUntil: new Date(lateUntil) }),
    })
    .where('id', '=', id)
    .where('state', 'in', from)
    .returningAll()
    .executeTakeFirst();
  return row && grantOf(row);
}

/**
 * Ends grants that have something left to do, and gives those that had: what they ended for, where nobody said so before, is that their
 * time was up, or that they were never given. What was asked for and never confirmed may come late.
 */
export async function endGrants(db: Queryable, grants: readonly Grant[], at: Instant): Promise<Grant[]> {
  if (grants.length === 0) return [];
  const rows = await db
    .updateTable('grants')
    .set({
      state: 'revoked',
      revokedAt: new Date(at),
      endedBecause: sql`coalesce(ended_because, case when state = 'scheduled' then 'never-granted' else 'expired' end)`,
      lateUntil: sql`case when state <> 'scheduled' and granted_at is null then ${new Date(at + mayComeLate)}::timestamptz
        when late_until > ${new Date(at)} then late_until end`,
    })
    .where(
      'id',
      'in',
      grants.map(({ id }) => id),
    )
    .where('state', 'in', liveStates)
    .returningAll()
    .execute();
  return rows.map(grantOf);
}

/** Notes that an attempt at the target failed, and how. The grant stays what it is: due, and tried again. */
export async function noteFailure(db: Queryable, ids: readonly string[], error: string): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('grants')
    .set({ lastError: error, attempts: sql`attempts + 1` })
    .where('id', 'in', ids)
    .execute();
}

/** The grants under which access was held at an instant, by principal. What was not taken back in time counts until it was. */
export async function grantsAt(db: Queryable, instant: Instant): Promise<Grant[]> {
  const at = new Date(instant);
  const rows = await db
    .selectFrom('grants')
    .selectAll()
    .where('grantedAt', '<=', at)
    .where((grant) =>
      grant.or([
        grant('revokedAt', 'is', null),
        grant('revokedAt', '>', at),
        // It was over, and given once more.
        grant('state', '=', 'revoking'),
      ]),
    )
    .orderBy('principalName')
    .orderBy('resource')
    .orderBy('role')
    .orderBy('grantedAt')
    .execute();
  return rows.map(grantOf);
}
