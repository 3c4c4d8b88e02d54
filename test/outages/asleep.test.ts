import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { serverDatabases, type Databases } from '../../crash/database.ts';
import { openGround, type Ground, type StartedApp } from '../../crash/ground.ts';
import { check } from '../../crash/life.ts';
import { requests, requestsFile } from '../../crash/organization.ts';
import { howToGetOne, openPostgres, type PostgresServer } from '../../crash/postgres-server.ts';
import { postgresProxy, type PostgresProxy } from '../../crash/postgres-proxy.ts';
import { connectorCalls, type Watch } from '../../crash/statements.ts';
import { databaseTarget } from '../../crash/target.ts';
import type { Side, Trap } from '../../crash/trap.ts';
import { allEvents } from '../../src/database/audit-events.ts';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { hear, toldInConfidence } from '../secrets/watch.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Puts a process to sleep (SIGSTOP) on one side of a call, once for each time that it is set. */
interface Lullaby extends Pick<Trap, 'meets' | 'spring'> {
  /** Resolves when it sleeps. */
  at(label: string, side: Side): Promise<void>;
  wakes(): void;
}

function lullaby(sleeper: () => StartedApp | undefined): Lullaby {
  let set: { readonly label: string; readonly side: Side } | null = null;
  let asleep = Promise.withResolvers<void>();
  let awake = Promise.withResolvers<void>();
  return {
    meets(_, label) {
      if (set?.label !== label) return null;
      const { side } = set;
      set = null;
      return side;
    },
    spring() {
      sleeper()?.sleep();
      asleep.resolve();
      return awake.promise;
    },
    at(label, side) {
      [asleep, awake] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      set = { label, side };
      return asleep.promise;
    },
    wakes() {
      sleeper()?.goOn();
      awake.resolve();
    },
  };
}

/** The turn in which a process claims tasks: nobody else can meanwhile. */
const turns = (): Watch => (sql) =>
  sql.includes('pg_try_advisory_xact_lock') ? { kind: 'commit', label: 'turn' } : null;

let server: PostgresServer | null;
let databases: Databases;
let ground: Ground;
let database: Database;
let one: StartedApp | undefined;
let other: StartedApp;
const proxies: PostgresProxy[] = [];
const nap = lullaby(() => one);

beforeAll(async () => {
  server = await openPostgres();
  if (!server) return;
  databases = await serverDatabases(server);
  ground = await openGround({ databases, kind: 'database', openTarget: databaseTarget(server) });
  const { githubUrl, target } = ground;
  const databaseUrl = 'url' in ground.database.setting ? ground.database.setting.url : '';
  database = await openDatabase({ url: databaseUrl });
  proxies.push(await postgresProxy(target.url ?? '', connectorCalls, nap));
  proxies.push(await postgresProxy(databaseUrl, turns, nap));
  const [toTarget, toDatabase] = proxies.map(({ url }) => url);
  [one, other] = await Promise.all([
    ground.startsApp({ githubUrl, targetUrl: toTarget ?? '', databaseUrl: toDatabase ?? '' }),
    ground.startsApp({ githubUrl, targetUrl: target.url, databaseUrl }),
  ]);
});
afterAll(async () => {
  if (!server) return;
  nap.wakes();
  await Promise.all([one?.end(), other?.end()]);
  toldInConfidence([ground.world.app.privateKey, ground.world.app.webhookSecret]);
  hear(`${one?.said()}${other.said()}`);
  for (const proxy of proxies) await proxy.close();
  await database.close();
  await ground.close();
  await databases.close();
  await server.close();
});

const until = (what: () => Promise<unknown>, is: unknown) =>
  vi.waitFor(async () => expect(await what()).toEqual(is), { timeout: 30_000, interval: 30 });

const holders = () => ground.target.holders();

async function states(): Promise<string[]> {
  const { rows } = await database.run('select state from grants order by created_at');
  return rows.map(({ state }) => String(state));
}

/** What was told of what came of the grants at the target, in order. */
async function outcomes(): Promise<string[]> {
  const events = await allEvents(database.db);
  return events.flatMap(({ event: { kind, subject } }) =>
    kind.startsWith('access-') ? `${subject.split(' ')[0]} ${kind}` : [],
  );
}

/** How many transactions the processes have open. */
async function openTransactions(): Promise<number> {
  const { rows } = await database.run(
    `select from pg_stat_activity
      where datname = current_database() and application_name = 'countersign' and state <> 'idle' and pid <> pg_backend_pid()`,
  );
  return rows.length;
}

/** What is done from here on is done by the first, which hears the webhooks, until it sleeps. */
async function othersRest(): Promise<void> {
  await until(() => other.isIdle(), true);
  do {
    other.goOn();
    other.sleep();
    // What it asked for last may be on its way.
    await new Promise((resolve) => setTimeout(resolve, 30));
  } while ((await openTransactions()) > 0);
  ground.world.deliverTo(one?.webhooksUrl ?? '');
}

/** The first is asleep for longer than its lease. */
async function othersGoOn(): Promise<void> {
  await until(async () => {
    await ground.database.timePasses();
    return openTransactions();
  }, 0);
  other.goOn();
  ground.world.deliverTo(other.webhooksUrl);
}

async function asks(who: string): Promise<void> {
  const { world } = ground;
  const { number } = await world.person(who).opensPullRequest({
    title: 'Access',
    branch: `${who}/${(await states()).length}`,
    files: { [requestsFile]: requests('database', { user: who, lasts: 'duration: 1h' }) },
  });
  await until(() => check(ground, number, 'access/policy'), 'success');
  await world.person('ada').approves(number);
  await until(async () => (await world.person(who).merges(number)).status, 200);
}

/** The shorter end takes effect whoever wrote it. */
async function ends(who: string): Promise<void> {
  const soon = new Date(Date.now() + 100).toISOString();
  await ground.world.person('grace').writesFiles('main', {
    [requestsFile]: requests('database', { user: who, lasts: `until: ${soon}` }),
  });
}

const takenOut = () => until(() => ground.world.git('show', `main:${requestsFile}`), requests('database'));

test('a process that was stopped past its lease doubles nothing, leaves nothing and loses nothing', async ({
  skip,
}) => {
  if (!server) return skip(howToGetOne);

  // Before it gives: what it gives when it wakes is over by then.
  let asleep = nap.at('GRANT', 'before');
  await othersRest();
  await asks('mona');
  await asleep;
  await othersGoOn();
  await until(states, ['active']);
  await ends('mona');
  await until(states, ['revoked']);
  await takenOut();
  nap.wakes();
  const late = ['mona access-granted', 'mona access-revoked', 'mona access-granted', 'mona access-revoked'];
  await until(outcomes, late);
  expect(await holders()).toEqual([]);

  // After the target said yes, and before that is stored.
  asleep = nap.at('GRANT', 'after');
  await othersRest();
  await asks('nick');
  await asleep;
  await othersGoOn();
  await until(states, ['revoked', 'active']);
  nap.wakes();

  // Before it takes: what it takes when it wakes was given anew.
  asleep = nap.at('REVOKE', 'before');
  await othersRest();
  await ends('nick');
  await asleep;
  await othersGoOn();
  await until(states, ['revoked', 'revoked']);
  await takenOut();
  await asks('nick');
  await until(states, ['revoked', 'revoked', 'active']);
  nap.wakes();
  const anew = ['nick access-granted', 'nick access-revoked', 'nick access-granted', 'nick access-granted'];
  await until(outcomes, [...late, ...anew]);
  await until(holders, ['nick']);

  // With the turn in which tasks are claimed.
  await nap.at('turn', 'after');
  await ends('nick');
  await vi.waitFor(
    async () => {
      await ground.database.timePasses();
      expect(await holders()).toEqual([]);
    },
    { timeout: 30_000, interval: 300 },
  );
  nap.wakes();
  await takenOut();
  expect(await outcomes()).toEqual([...late, ...anew, 'nick access-revoked']);
  expect(`${one?.said()}${other.said()}`).toContain('access came after its end');
});
