import type { EventKind } from '../audit/event.ts';
import type { Connector } from '../connectors/connector.ts';
import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { grantsOfHolding, moveGrant, noteFailure } from '../database/grants.ts';
import { insertRevert } from '../database/reverts.ts';
import { liveStates, type EndReason, type Grant, type Holding } from '../grants/grant.ts';
import { plan, type Change } from '../grants/plan.ts';
import { formatInstant } from '../requests/instant.ts';
import type { Parts } from './parts.ts';
import { announcePull, applyGrants, decideAgain, tendRevert, writeRecords, type Task } from './tasks.ts';

/**
 * Brings one holding to what its grants say. The target is asked before and after: what is stored says "granted" or "revoked" only once the
 * target showed it. Any failure throws and is tried again; until then a grant past its end stays live, and overdue.
 */
export async function applyGrantsTask(parts: Parts, holding: Holding): Promise<void> {
  const grants = await grantsOfHolding(parts.db, holding, liveStates);
  const [first] = grants;
  if (!first) return;
  let moved = false;
  try {
    const connector = await parts.connector(holding.connection);
    const held = await isHeld(connector, first);
    for (const change of plan(grants, held, parts.clock.now())) {
      await carryOut(parts, connector, change);
      moved ||= change.kind !== 'decide-again';
    }
  } catch (error) {
    const ids = grants.map(({ id }) => id);
    await noteFailure(parts.db, ids, error instanceof Error ? error.message : String(error));
    throw error;
  }
  // What waits to be decided on again is due all the while: to look for it at once would be to look for ever.
  if (moved) parts.grantsMoved();
}

async function carryOut(parts: Parts, connector: Connector, change: Change): Promise<void> {
  switch (change.kind) {
    case 'grant':
      return give(parts, connector, change);
    case 'decide-again':
      return haveDecided(parts, change.grants);
    case 'revoke':
      return takeBack(parts, connector, change.grants);
    case 'release':
      return end(parts, change.grants, 'grant-ended', { because: change.because });
  }
}

/** That asks GitHub, so it is a task of its own: whatever ends goes on meanwhile. */
async function haveDecided({ db, queue }: Parts, grants: readonly Grant[]): Promise<void> {
  for (const { repositoryId, pull } of grants) await queue.send(db, decideAgain(repositoryId, pull));
}

async function give(
  parts: Parts,
  connector: Connector,
  { grants, until, standing }: Extract<Change, { kind: 'grant' }>,
): Promise<void> {
  const { db, clock } = parts;
  const [first] = grants;
  // Said before the target is touched: whatever happens from here on, the access is known to be there perhaps.
  const moved = await db
    .transaction()
    .execute((trx) =>
      Promise.all(
        grants.map(({ id }) => moveGrant(trx, id, ['scheduled', 'granting'], 'granting', { standing })),
      ),
    );
  // Somebody took the entry out meanwhile, or the end passed while the target was asked: nothing is given after the end.
  if (!first || moved.includes(undefined) || clock.now() >= until)
    throw new Error('the grants changed: plan again');

  const outcome = await connector.grant(first.entitlement, first.identity, until);
  if (!outcome.ok) return refuse(parts, grants, await isHeld(connector, first), outcome.message);
  if (!(await isHeld(connector, first)))
    throw new Error(`${first.identity} does not hold the entitlement after the grant`);
  await settle(parts, grants, async (trx, grant) => {
    const grantedAt = clock.now();
    if (!(await moveGrant(trx, grant.id, ['granting'], 'active', { grantedAt }))) return [];
    await tell(trx, grant, grantedAt, 'access-granted', { standing });
    return [];
  });
}

async function takeBack(parts: Parts, connector: Connector, grants: readonly Grant[]): Promise<void> {
  const [first] = grants;
  if (!first) return;
  const { sessionsEnded } = await connector.revoke(first.entitlement, first.identity);
  if (await isHeld(connector, first))
    throw new Error(`${first.identity} still holds the entitlement after it was revoked`);
  await end(parts, grants, 'access-revoked', { sessionsEnded });
}

/** The grants are over, and the target shows what it should. */
async function end(
  parts: Parts,
  grants: readonly Grant[],
  kind: EventKind,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  await settle(parts, grants, async (trx, grant) => {
    const revokedAt = parts.clock.now();
    const endedBecause: EndReason =
      grant.endedBecause ?? (grant.state === 'scheduled' ? 'never-granted' : 'expired');
    if (!(await moveGrant(trx, grant.id, liveStates, 'revoked', { revokedAt, endedBecause }))) return [];
    await tell(trx, grant, revokedAt, kind, { ...details, endedBecause });
    return endedBecause === 'returned'
      ? []
      : [await wantRevert(trx, grant, revokedAt, whyOver[endedBecause])];
  });
}

const whyOver = {
  expired: 'Its time is up.',
  left: 'Who held it left.',
  'never-granted': 'It was never given.',
} as const;

/**
 * The target will never take it: nothing waits for the identity to appear one day. What it holds all the same, an earlier attempt may have given
 * before it was cut short: that is taken back like any other.
 */
async function refuse(parts: Parts, grants: readonly Grant[], held: boolean, reason: string): Promise<void> {
  const [state, endedBecause] = held
    ? (['revoking', 'never-granted'] as const)
    : (['refused', null] as const);
  await settle(parts, grants, async (trx, grant) => {
    const at = parts.clock.now();
    if (!(await moveGrant(trx, grant.id, ['granting'], state, { endedBecause }))) return [];
    await noteFailure(trx, [grant.id], reason);
    await tell(trx, grant, at, 'target-refused', { reason });
    return [held ? applyGrants(grant) : await wantRevert(trx, grant, at, `The target refused it: ${reason}`)];
  });
}

/** One transaction: what became of each grant, its audit event, and the tasks that follow. */
async function settle(
  { db, queue }: Parts,
  grants: readonly Grant[],
  outcome: (trx: Queryable, grant: Grant) => Promise<Task[]>,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const grant of grants) {
      const { repositoryId, pull } = grant;
      const follow = await outcome(trx, grant);
      for (const task of [...follow, writeRecords(repositoryId), announcePull(repositoryId, pull)])
        await queue.send(trx, task);
    }
  });
}

async function wantRevert(trx: Queryable, grant: Grant, at: number, reason: string): Promise<Task> {
  const { repositoryId, id, key, file, pull } = grant;
  const revert = await insertRevert(
    trx,
    { repositoryId, reason, grantId: id, key, file, sourcePull: pull },
    at,
  );
  return tendRevert(revert.id);
}

const verbs: Partial<Record<EventKind, string>> = {
  'access-granted': 'was given',
  'access-revoked': 'lost',
  'grant-ended': 'has no grant any more for',
  'target-refused': 'was refused by the target for',
};

async function tell(
  trx: Queryable,
  grant: Grant,
  at: number,
  kind: EventKind,
  details: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { repositoryId, pull, id, principal, role, resource, connection, entitlement, identity, expiresAt } =
    grant;
  await appendEvent(trx, {
    at,
    kind,
    repositoryId,
    pull,
    grantId: id,
    subject: `${principal.name} ${verbs[kind] ?? kind} ${role} on ${resource}`,
    details: {
      ...details,
      principal,
      resource,
      role,
      connection,
      entitlement,
      identity,
      expiresAt: formatInstant(expiresAt),
    },
  });
}

async function isHeld(connector: Connector, { entitlement, identity }: Grant): Promise<boolean> {
  return (await connector.observe(entitlement)).has(identity);
}
