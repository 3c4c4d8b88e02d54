import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refused, type Connector, type GrantOutcome } from '../../src/connectors/connector.ts';
import { allEvents } from '../../src/database/audit-events.ts';
import { endGrants, grantById, insertGrant } from '../../src/database/grants.ts';
import { expectLate } from '../../src/database/late-gifts.ts';
import { applyGrantsTask } from '../../src/jobs/apply-grants.ts';
import type { Parts } from '../../src/jobs/parts.ts';
import { openQueue, type Handlers, type Queue } from '../../src/jobs/queue.ts';
import { applyGrants, type Task } from '../../src/jobs/tasks.ts';
import { hour, nine, sampleGrant } from '../database/sample-grant.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';

let database: TestDatabase;
let queue: Queue<Task>;
let now: number;
const asked: string[] = [];
const holders = new Set<string>();
/** What happens while the target is asked for a change, or before it shows what it holds: once. */
let meanwhile: ((verb: 'observe' | 'grant' | 'revoke') => Promise<GrantOutcome | void>) | null = null;

/** A target that takes ten seconds for everything that it is asked to do. */
const target: Connector = {
  async observe({ role }) {
    await meanwhile?.('observe');
    if (role === 'dropped') throw new Error('there is no such role');
    const held = new Set(holders);
    return { has: (identity) => held.has(identity), holders: [...held].toSorted() };
  },
  async grant(_, identity) {
    now += 10_000;
    asked.push(`grant ${identity}`);
    const outcome = await meanwhile?.('grant');
    if (outcome) return outcome;
    holders.add(identity);
    return { ok: true };
  },
  async revoke(_, identity) {
    now += 10_000;
    asked.push(`revoke ${identity}`);
    await meanwhile?.('revoke');
    holders.delete(identity);
    return { sessionsEnded: 0 };
  },
  close: async () => undefined,
};

beforeAll(async () => {
  database = await openTestDatabase();
  const { db } = database;
  queue = await openQueue<Task>(database, { retries: { limit: 0, pause: 0 } });
  const parts = {
    db,
    queue,
    clock: { now: () => now },
    log: pino({ level: 'silent' }),
    connector: async () => target,
    grantsMoved: () => undefined,
  } as unknown as Parts;
  const others = { 'write-records': async () => undefined, 'announce-pull': async () => undefined };
  await queue.work({
    ...others,
    'tend-revert': async () => undefined,
    'hand-out': async () => undefined,
    'apply-grants': (data: { connection: string }) => applyGrantsTask(parts, data),
  } as unknown as Handlers<Task>);
});
afterAll(async () => {
  await queue.stop();
  await database.close();
});

const stored = (identity: string, different: Parameters<typeof sampleGrant>[0]) => {
  if (different?.state === 'active') holders.add(identity);
  return insertGrant(
    database.db,
    sampleGrant({ key: `user:${identity} orders-db:read-only`, identity, ...different }),
    nine,
  );
};

async function run(): Promise<void> {
  await queue.send(database.db, applyGrants({ connection: 'orders-db' }));
  await queue.idle();
}

test('what ends while much is given is taken back before the rest is given', async () => {
  now = nine;
  const newcomers = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  for (const identity of newcomers) await stored(identity, {});
  await stored('mona', { state: 'active', startsAt: nine - hour, expiresAt: nine + 25_000 });
  await run();
  expect(holders).toEqual(new Set(newcomers));
  expect(asked).toHaveLength(newcomers.length + 1);
  expect(asked.indexOf('revoke mona')).toBeLessThan(5);
});

test('what can not be stored of one holding holds up none of the others', async () => {
  now = nine + 4 * hour;
  for (const identity of ['octocat', 'hubot', 'poisoned'])
    await stored(identity, { state: 'active', pull: 8 });
  await database.run(`
    create function refuse() returns trigger language plpgsql as $$ begin raise 'poisoned'; end $$;
    create trigger poison before update on grants for each row
      when (old.identity = 'poisoned' and new.state = 'revoked') execute function refuse()`);
  await run();
  const states = await database.db
    .selectFrom('grants')
    .select(['identity', 'state', 'lastError'])
    .where('pull', '=', 8)
    .orderBy('identity')
    .execute();
  expect(states).toEqual([
    { identity: 'hubot', state: 'revoked', lastError: null },
    { identity: 'octocat', state: 'revoked', lastError: null },
    { identity: 'poisoned', state: 'active', lastError: 'poisoned' },
  ]);
});

/** As a target does that takes the call and says nothing until it is given up: the first time that it is asked to give. */
function hangs(then: () => Promise<GrantOutcome | void> = async () => undefined): void {
  let calls = 0;
  meanwhile = async (verb) => {
    if (verb !== 'grant') return undefined;
    calls += 1;
    if (calls === 1) throw new Error('no answer');
    return then();
  };
}

const stateOf = async (id: string) => (await grantById(database.db, id))?.state;

const told = async (grantId: string) =>
  (await allEvents(database.db)).flatMap(({ event }) => (event.grantId === grantId ? event.kind : []));

test('what comes after its end, by a call that nothing was heard of, is found and taken back, as long as it can come', async () => {
  now = nine;
  hangs();
  const { id } = await stored('hung', { expiresAt: nine + 60_000 });
  await run();
  expect(await stateOf(id)).toBe('granting');
  now = nine + 60_000;
  await run();
  expect(await stateOf(id)).toBe('revoked');

  holders.add('hung');
  await run();
  await run();
  expect(holders).not.toContain('hung');
  expect(await stateOf(id)).toBe('revoked');
  expect(await told(id)).toEqual(['access-revoked', 'access-granted', 'access-revoked']);

  // By then it is somebody else's.
  now += 21 * 60_000;
  await run();
  holders.add('hung');
  await run();
  expect(holders).toContain('hung');
});

test('what comes after it was refused is taken back', async () => {
  now = nine;
  hangs(async () => refused('not-allowed', 'the connection may not give it'));
  const { id } = await stored('turned-away', {});
  await run();
  await run();
  expect(await stateOf(id)).toBe('refused');
  holders.add('turned-away');
  await run();
  await run();
  expect(holders).not.toContain('turned-away');
  expect(await told(id)).toEqual(['target-refused', 'access-granted', 'access-revoked']);
  const reverts = await database.db.selectFrom('reverts').select('id').where('grantId', '=', id).execute();
  expect(reverts).toHaveLength(1);
});

test('what comes after its end counts as nothing that had stood before the next grant', async () => {
  now = nine;
  hangs();
  const { id } = await stored('twice', { expiresAt: nine + 60_000 });
  await run();
  now = nine + 60_000;
  await run();
  holders.add('twice');
  const next = await stored('twice', { startsAt: now, decidedAt: now, expiresAt: now + 10 * 60_000 });
  await run();
  await run();
  expect(await stateOf(id)).toBe('revoked');
  expect(await grantById(database.db, next.id)).toMatchObject({ state: 'active', standing: false });
  now += 10 * 60_000;
  await run();
  expect(holders).not.toContain('twice');
});

test('what came late counts as nothing that had stood, though the target did not tell of it when it was looked for', async () => {
  now = nine;
  const over = { state: 'revoked', revokedAt: nine, startsAt: nine - hour, expiresAt: nine } as const;
  const { id } = await stored('untold', over);
  await expectLate(database.db, [id], nine + 20 * 60_000);
  holders.add('untold');
  meanwhile = async () => {
    meanwhile = null;
    throw new Error('out of reach');
  };
  const next = await stored('untold', {});
  await run();
  expect(await grantById(database.db, next.id)).toMatchObject({ state: 'active', standing: false });
});

test('who sleeps while giving, and fails when it wakes, leaves nothing behind', async () => {
  now = nine;
  const { id } = await stored('slept-giving', {});
  meanwhile = async (verb) => {
    const grant = await grantById(database.db, id);
    if (verb === 'grant' && grant) await endGrants(database.db, [grant], now);
    if (verb === 'observe' && holders.has('slept-giving')) {
      meanwhile = null;
      throw new Error('out of reach');
    }
  };
  await run();
  expect(holders).toContain('slept-giving');
  await run();
  await run();
  expect(holders).not.toContain('slept-giving');
  expect(await stateOf(id)).toBe('revoked');
});

test('what one takes that slept meanwhile is given again where it was given anew', async () => {
  now = nine;
  const over = { state: 'active', startsAt: nine - hour, expiresAt: nine } as const;
  const { id } = await stored('slept-taking', over);
  const anew = { state: 'active', expiresAt: nine + hour } as const;
  let next = '';
  meanwhile = async (verb) => {
    if (verb !== 'revoke') return;
    meanwhile = null;
    const grant = await grantById(database.db, id);
    if (grant) await endGrants(database.db, [grant], now);
    next = (await stored('slept-taking', anew)).id;
  };
  await run();
  await run();
  expect(holders).toContain('slept-taking');
  expect(await stateOf(next)).toBe('active');
});

test('what a target can not tell of one entitlement hides nothing that came late of another', async () => {
  now = nine;
  const over = { state: 'revoked', revokedAt: nine, startsAt: nine - hour, expiresAt: nine } as const;
  const dropped = { entitlement: { role: 'dropped' }, entitlementKey: '{"role":"dropped"}' };
  const first = await stored('nobody', { ...over, ...dropped, id: '00000000-0000-4000-8000-000000000000' });
  const { id } = await stored('late', over);
  await expectLate(database.db, [first.id, id], nine + 20 * 60_000);
  holders.add('late');
  await run();
  expect(holders).not.toContain('late');
});
