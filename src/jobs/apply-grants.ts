import type { Connector, Observation } from '../connectors/connector.ts';
import { dueHoldings, type DueHolding } from '../database/due-grants.ts';
import { grantsOfHoldings, moveGrant, noteFailure } from '../database/grants.ts';
import { expectLate, grantsGivenLate, mayComeLate } from '../database/late-gifts.ts';
import { liveStates, type Grant } from '../grants/grant.ts';
import { plan, type Change } from '../grants/plan.ts';
import type { Instant } from '../requests/instant.ts';
import { inLanes } from './lanes.ts';
import { findLateGifts } from './late-gifts.ts';
import type { Parts } from './parts.ts';
import { settle, type Settled } from './settle-grants.ts';
import { applyGrants, decideAgain, type Tasks } from './tasks.ts';

/** So many holdings are brought to what they should be in one run at most: more are another run's. */
const batch = 5000;
/** What became of so many is stored in one transaction at most. */
const atOnce = 1000;
/** So many entitlements, and so many holdings of each, are worked on at the same time. */
const lanes = 2;
/** A run ends after so many milliseconds, between two holdings, and what is left is another run's: what ends meanwhile comes first there. */
const longest = 30_000;
/** After so many failures, and nothing else, the target counts as out of reach for now. */
const enoughFailures = 5;

/**
 * Brings every holding of a connection that is due to what its grants say, those of one entitlement together: the target is asked before and after, and what is
 * stored says "granted" or "revoked" only once it showed it. What fails holds up nothing else, is noted and tried again; until then a grant past its end stays live, and overdue.
 */
export async function applyGrantsTask(parts: Parts, { connection }: Tasks['apply-grants']): Promise<void> {
  const { db, clock } = parts;
  const run: Run = {
    parts,
    until: clock.now() + longest,
    errors: [],
    begun: 0,
    settled: 0,
    failed: 0,
    answered: 0,
  };
  // First of all: what came late would look as if it had been there before.
  const late = Map.groupBy(await grantsGivenLate(db, connection), ({ entitlementKey }) => entitlementKey);
  for (const over of late.values()) await guarded(run, [], () => findLateGifts(parts, over));
  const due = await dueHoldings(db, clock.now(), { connection, atMost: batch });
  if (due.length > 0) await applyDue(run, connection, due);
  if (run.errors.length > 0) throw run.errors[0];
}

async function applyDue(run: Run, connection: string, due: readonly DueHolding[]): Promise<void> {
  const { parts } = run;
  try {
    const connector = await parts.connector(connection);
    for (const ends of [true, false])
      await applyHoldings(
        run,
        connector,
        due.filter((holding) => holding.ends === ends),
      );
  } finally {
    // What waits to be decided on again is due all the while: to look for it at once would be to look for ever.
    if (run.settled > 0) parts.grantsMoved();
    if (run.settled > 0 && (due.length === batch || isLong(run)))
      await parts.queue.send(parts.db, applyGrants({ connection }));
  }
}

/** Holdings of one connection, those of one entitlement together. What can't be taken back says nothing of what can be given. */
async function applyHoldings(run: Run, connector: Connector, holdings: readonly DueHolding[]): Promise<void> {
  Object.assign(run, { failed: 0, answered: 0 });
  const groups = Map.groupBy(holdings, ({ entitlementKey }) => entitlementKey);
  await inLanes(lanes, groups.values(), async (group) => {
    const [first] = group;
    if (!first || isOver(run)) return;
    const identities = group.map(({ identity }) => identity);
    const grants = await grantsOfHoldings(run.parts.db, { ...first, identities }, liveStates);
    await applyEntitlement(run, connector, grants);
  });
}

/** What one run of the task came to so far. */
interface Run {
  readonly parts: Parts;
  readonly until: Instant;
  readonly errors: unknown[];
  /** How many holdings were begun with, and what became of how many changes is stored. */
  begun: number;
  settled: number;
  /** How often something failed, and how many changes the target took, among what ends or what begins. */
  failed: number;
  answered: number;
}

const isOutOfReach = ({ failed, answered }: Run) => answered === 0 && failed >= enoughFailures;
const isLong = ({ parts, until, begun }: Run) => begun > 0 && parts.clock.now() >= until;
const isOver = (run: Run) => isOutOfReach(run) || isLong(run);

/** What the target was asked to do, and what it must show for it to be true. */
type Done = Settled & { readonly shows: 'held' | 'gone' | 'either' };

async function applyEntitlement(run: Run, connector: Connector, grants: readonly Grant[]): Promise<void> {
  const [first] = grants;
  if (!first) return;
  const { entitlement } = first;
  const done: Done[] = [];
  let touched = false;
  const ofEach = Map.groupBy(grants, ({ identity }) => identity);
  await guarded(run, grants, async () => {
    const late = await grantsGivenLate(run.parts.db, first.connection);
    const before = await connector.observe(entitlement);
    const stood = (identity: string) => before.has(identity) && !isLate(late, first, identity);
    await inLanes(lanes, ofEach.values(), async (held) => {
      if (isOver(run)) return;
      run.begun += 1;
      await guarded(run, held, async () => {
        for (const change of plan(held, stood(held[0]?.identity ?? ''), run.parts.clock.now())) {
          const came = await carryOut(run.parts, connector, change);
          touched ||= came !== null && change.kind !== 'release';
          if (came) done.push(came);
          run.answered += 1;
        }
      });
    });
    const after = touched ? await connector.observe(entitlement) : before;
    const shown: Done[] = [];
    for (const one of done)
      await guarded(run, one.grants, async () => {
        check(one, after);
        shown.push(one);
      });
    for (let nth = 0; nth < shown.length; nth += atOnce)
      await settleTogether(run, shown.slice(nth, nth + atOnce), after);
  });
}

/** Whether what the target shows of somebody may have come late: then it is nothing that stood before. */
function isLate(late: readonly Grant[], { entitlementKey }: Grant, identity: string): boolean {
  const theirs = late.filter(
    (grant) => grant.entitlementKey === entitlementKey && grant.identity === identity,
  );
  return theirs.length > 0 && !theirs.some(({ standing }) => standing);
}

/** Or each by itself, where that fails: what can't be stored of one holds up none of the others. */
async function settleTogether(run: Run, done: readonly Done[], after: Observation): Promise<void> {
  const settleThese = async (these: readonly Done[]) => {
    await settle(run.parts, these, after);
    run.settled += these.length;
  };
  try {
    await settleThese(done);
  } catch {
    for (const one of done) await guarded(run, one.grants, () => settleThese([one]));
  }
}

/** A failure is noted with the grants that it kept from what they should be, and ends nothing. */
async function guarded(run: Run, grants: readonly Grant[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    run.errors.push(error);
    run.failed += 1;
    const { db, clock } = run.parts;
    const ids = grants.map(({ id }) => id);
    await noteFailure(db, ids, error instanceof Error ? error.message : String(error));
    // Others may have taken them to their end meanwhile: what was done all the same is to be found.
    await expectLate(db, ids, clock.now() + mayComeLate);
  }
}

function check({ shows, grants }: Done, after: Observation): void {
  const identity = grants[0]?.identity ?? '';
  if (shows === 'held' && !after.has(identity))
    throw new Error(`${identity} does not hold the entitlement after the grant`);
  if (shows === 'gone' && after.has(identity))
    throw new Error(`${identity} still holds the entitlement after it was revoked`);
}

/** Asks the target for one change; `null`: that was all. */
async function carryOut(parts: Parts, connector: Connector, change: Change): Promise<Done | null> {
  const { grants } = change;
  const [first] = grants;
  if (!first) return null;
  switch (change.kind) {
    case 'grant':
      return give(parts, connector, first, change);
    case 'decide-again':
      await haveDecided(parts, grants);
      return null;
    case 'revoke': {
      const { sessionsEnded } = await connector.revoke(first.entitlement, first.identity);
      return { kind: 'ended', event: 'access-revoked', grants, details: { sessionsEnded }, shows: 'gone' };
    }
    case 'release':
      return {
        kind: 'ended',
        event: 'grant-ended',
        grants,
        details: { because: change.because },
        shows: 'either',
      };
  }
}

/** That asks GitHub, so it is a task of its own: whatever ends goes on meanwhile. */
async function haveDecided({ db, queue }: Parts, grants: readonly Grant[]): Promise<void> {
  await queue.send(
    db,
    grants.map(({ repositoryId, pull }) => decideAgain(repositoryId, pull)),
  );
}

async function give(
  { db, clock }: Parts,
  connector: Connector,
  first: Grant,
  { grants, until, standing }: Extract<Change, { kind: 'grant' }>,
): Promise<Done> {
  // Said before the target is touched: whatever happens from here on, the access is known to be there perhaps.
  const moved = await db.transaction().execute((trx) =>
    Promise.all(
      grants.map(
        async ({ id }) =>
          (await moveGrant(trx, id, ['scheduled'], 'granting', { standing })) ??
          // It was asked for before, and nothing was heard of that.
          moveGrant(trx, id, ['granting'], 'granting', { standing, lateUntil: clock.now() + mayComeLate }),
      ),
    ),
  );
  // Somebody took the entry out meanwhile, or the end passed while the target was asked: nothing is given after the end.
  if (moved.includes(undefined) || clock.now() >= until) throw new Error('the grants changed: plan again');
  const outcome = await connector.grant(first.entitlement, first.identity, until);
  return outcome.ok
    ? { kind: 'given', grants, standing, shows: 'held' }
    : { kind: 'refused', grants, reason: outcome.message, shows: 'either' };
}
