import * as fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { dueConnections, dueHoldings, nextDue } from '../../src/database/due-grants.ts';
import {
  grantById,
  grantsAt,
  grantsOfHolding,
  grantsOfPull,
  grantsOfRequest,
  insertGrant,
  liveGrants,
  moveGrant,
  noteFailure,
} from '../../src/database/grants.ts';
import { liveStates, type GrantState } from '../../src/grants/grant.ts';
import { hour, nine, sampleGrant } from './sample-grant.ts';
import { openTestDatabase, serverUrl, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterEach(() => database.db.deleteFrom('grants').execute());
afterAll(() => database.close());

const all = { connection: 'orders-db', atMost: 10 };

/** A sample grant for the request of somebody else each time. */
const stored = (name: string, different: Parameters<typeof sampleGrant>[0] = {}) =>
  insertGrant(
    database.db,
    sampleGrant({ key: `user:${name} orders-db:read-only`, identity: name, ...different }),
    nine,
  );

describe('a grant', () => {
  test('comes back as it was stored, with an id', async () => {
    const grant = await insertGrant(database.db, sampleGrant(), nine);
    expect(grant).toEqual({ ...sampleGrant(), id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await grantById(database.db, grant.id)).toEqual(grant);
    const { id: _, ...again } = grant;
    expect(again).toEqual(sampleGrant());
  });

  test('keeps any instant to the millisecond and any text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: Date.UTC(2099, 0) }),
        fc.string().filter((text) => !text.includes('\0')),
        async (startsAt, reason) => {
          const grant = sampleGrant({
            startsAt,
            expiresAt: startsAt + 1,
            reason,
            entitlement: { role: reason },
          });
          const { id } = await insertGrant(database.db, grant, nine);
          expect(await grantById(database.db, id)).toEqual({ ...grant, id });
          await database.db.deleteFrom('grants').execute();
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of a service account has no account id', async () => {
    const principal = { kind: 'service_account', id: null, name: 'deploy-bot' } as const;
    expect((await stored('deploy-bot', { principal })).principal).toEqual(principal);
  });

  test('that ends before it begins is not stored', async () => {
    await expect(stored('mona', { expiresAt: nine })).rejects.toThrow('grants_check');
  });

  test.each(['scheduled', 'granting', 'active'] as const)(
    'in force (%s) is the only one for its request and holder',
    async (state) => {
      await stored('mona', { state });
      await expect(stored('mona')).rejects.toThrow('grants_one_per_holder');
    },
  );

  test.each(['revoking', 'revoked', 'refused'] as const)(
    'that is %s leaves room for the next',
    async (state) => {
      const old = await stored('mona', { state });
      const next = await insertGrant(database.db, sampleGrant({ key: old.key }), nine + 1);
      expect(await grantsOfRequest(database.db, old.repositoryId, old.key)).toEqual([next, old]);
    },
  );

  test('is found by the pull request that led to it', async () => {
    const grant = await stored('mona');
    await stored('hubot', { pull: 8 });
    expect(await grantsOfPull(database.db, grant.repositoryId, 7)).toEqual([grant]);
  });
});

describe('moveGrant', () => {
  test('moves a grant and sets what is given, and nothing else', async () => {
    const grant = await stored('mona');
    const moved = await moveGrant(database.db, grant.id, ['scheduled'], 'active', { grantedAt: nine + 5 });
    expect(moved).toEqual({ ...grant, state: 'active', grantedAt: nine + 5 });
    expect(await grantById(database.db, grant.id)).toEqual(moved);
  });

  test('leaves a grant alone that is in another state by now', async () => {
    const grant = await stored('mona', { state: 'revoking' });
    expect(await moveGrant(database.db, grant.id, ['scheduled', 'granting'], 'active')).toBeUndefined();
    expect(await grantById(database.db, grant.id)).toEqual(grant);
  });

  test('moves an end without moving the state', async () => {
    const { id } = await stored('mona', { state: 'active' });
    const extended = await moveGrant(database.db, id, ['active'], 'active', { expiresAt: nine + 8 * hour });
    expect(extended).toMatchObject({ state: 'active', expiresAt: nine + 8 * hour });
  });

  test('counts failures and keeps the latest in the row', async () => {
    const { id } = await stored('mona');
    await noteFailure(database.db, [id], 'connection refused');
    await noteFailure(database.db, [id], 'timeout');
    const rows = await database.db.selectFrom('grants').select(['attempts', 'lastError']).execute();
    expect(rows).toEqual([{ attempts: 2, lastError: 'timeout' }]);
  });

  test.runIf(serverUrl)('lets one of two that race have it', async () => {
    const { id } = await stored('mona');
    const other = await database.second();
    const moves = await Promise.all(
      [database, other].map(({ db }) => moveGrant(db, id, ['scheduled'], 'granting')),
    );
    expect(moves.filter((moved) => moved !== undefined)).toHaveLength(1);
    await other.close();
  });
});

describe('what is live, due and held', () => {
  test('live are those with something left to do, the first to end first', async () => {
    const states: GrantState[] = ['scheduled', 'granting', 'active', 'revoking', 'revoked', 'refused'];
    for (const [index, state] of states.entries())
      await stored(state, { state, expiresAt: nine + (10 - index) * hour, repositoryId: 1 + (index % 2) });
    const named = (grants: { state: string }[]) => grants.map(({ state }) => state);
    expect(named(await liveGrants(database.db))).toEqual(['revoking', 'active', 'granting', 'scheduled']);
    expect(named(await liveGrants(database.db, 2))).toEqual(['revoking', 'granting']);
  });

  test.each([
    ['scheduled, before its start', { state: 'scheduled' }, nine - 1, false],
    ['scheduled, at its start', { state: 'scheduled' }, nine, true],
    ['scheduled, past its end', { state: 'scheduled' }, nine + 5 * hour, true],
    ['granting, interrupted', { state: 'granting' }, nine, true],
    ['active, in its time', { state: 'active' }, nine + hour, false],
    ['active, at its end', { state: 'active' }, nine + 4 * hour, true],
    ['revoking, before its end', { state: 'revoking' }, nine + hour, true],
    ['revoked', { state: 'revoked' }, nine + 5 * hour, false],
    ['refused', { state: 'refused' }, nine + 5 * hour, false],
  ] as const)('%s: due is %s', async (_, different, now, due) => {
    await stored('mona', different);
    const holding = { connection: 'orders-db', entitlementKey: '{"role":"orders_reader"}', identity: 'mona' };
    expect(await dueHoldings(database.db, now, all)).toMatchObject(due ? [holding] : []);
    expect(await dueConnections(database.db, now)).toEqual(due ? ['orders-db'] : []);
  });

  test('a holding is due once however many of its grants are, the most overdue first', async () => {
    await stored('mona', { state: 'active' });
    await stored('mona', { state: 'active', key: 'user:mona orders-db:look' });
    await stored('hubot', { state: 'active', expiresAt: nine + hour });
    const due = () => dueHoldings(database.db, nine + 6 * hour, all);
    expect((await due()).map(({ identity }) => identity)).toEqual(['hubot', 'mona']);
    expect(await dueHoldings(database.db, nine + 6 * hour, { ...all, atMost: 1 })).toHaveLength(1);
    expect(await dueHoldings(database.db, nine + 6 * hour, { ...all, connection: 'other' })).toEqual([]);
    // What fails is to keep nothing else waiting.
    const [hubot] = await database.db
      .selectFrom('grants')
      .select('id')
      .where('identity', '=', 'hubot')
      .execute();
    await noteFailure(database.db, [hubot?.id ?? ''], 'out of reach');
    expect((await due()).map(({ identity }) => identity)).toEqual(['mona', 'hubot']);
  });

  test('what ends is due before what begins, however often it failed', async () => {
    const mona = await stored('mona', { state: 'active' });
    const hubot = await stored('hubot', { state: 'revoking', expiresAt: nine + 9 * hour });
    await stored('octocat', { startsAt: nine, expiresAt: nine + 5 * hour });
    await noteFailure(database.db, [mona.id], 'out of reach');
    const due = await dueHoldings(database.db, nine + 4 * hour, all);
    expect(due.map(({ identity, ends }) => [identity, ends])).toEqual([
      [hubot.identity, true],
      [mona.identity, true],
      ['octocat', false],
    ]);
  });

  test('next due is the next start or end', async () => {
    expect(await nextDue(database.db, nine)).toBeNull();
    await stored('mona', { state: 'active', expiresAt: nine + 4 * hour });
    await stored('hubot', { state: 'scheduled', startsAt: nine + 2 * hour, expiresAt: nine + 9 * hour });
    await stored('octocat', { state: 'revoked', expiresAt: nine + hour });
    expect(await nextDue(database.db, nine)).toBe(nine + 2 * hour);
    expect(await nextDue(database.db, nine + 2 * hour)).toBe(nine + 4 * hour);
    expect(await nextDue(database.db, nine + 4 * hour)).toBe(nine + 9 * hour);
    expect(await nextDue(database.db, nine + 9 * hour)).toBeNull();
  });

  test('a holding rests on the grants of that connection, entitlement and identity', async () => {
    const early = await stored('mona', { startsAt: nine - hour, state: 'active' });
    const late = await stored('mona', { key: 'user:mona orders-db:look' });
    await stored('mona', { key: 'user:mona orders-db:write', entitlementKey: '{"role":"orders_writer"}' });
    await stored('mona', { key: 'user:mona other:read-only', connection: 'other' });
    await stored('hubot');
    await stored('mona', { key: 'user:mona orders-db:old', state: 'revoked' });
    expect(await grantsOfHolding(database.db, early, liveStates)).toEqual([early, late]);
    expect(await grantsOfHolding(database.db, early, ['scheduled'])).toEqual([late]);
  });

  test('held at an instant is what was given and not yet taken back, overdue or not', async () => {
    await stored('never', { state: 'scheduled' });
    await stored('mona', { state: 'active', grantedAt: nine + 10 });
    await stored('hubot', { state: 'revoked', grantedAt: nine, revokedAt: nine + 5 * hour });
    const names = async (at: number) => (await grantsAt(database.db, at)).map(({ identity }) => identity);
    expect(await names(nine - 1)).toEqual([]);
    expect(await names(nine)).toEqual(['hubot']);
    expect((await names(nine + 10)).toSorted()).toEqual(['hubot', 'mona']);
    expect((await names(nine + 5 * hour - 1)).toSorted()).toEqual(['hubot', 'mona']);
    expect(await names(nine + 5 * hour)).toEqual(['mona']);
  });
});
