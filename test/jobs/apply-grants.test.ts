import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connector } from '../../src/connectors/connector.ts';
import { insertGrant } from '../../src/database/grants.ts';
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

/** A target that takes ten seconds for everything that it is asked to do. */
const target: Connector = {
  observe: async () => ({ has: (identity) => holders.has(identity), holders: [...holders].toSorted() }),
  async grant(_, identity) {
    now += 10_000;
    asked.push(`grant ${identity}`);
    holders.add(identity);
    return { ok: true };
  },
  async revoke(_, identity) {
    now += 10_000;
    asked.push(`revoke ${identity}`);
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
