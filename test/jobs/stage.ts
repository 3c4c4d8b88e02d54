import { randomBytes } from 'node:crypto';
import { vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import { storyClock, type StoryClock } from '../../src/cli/demo/story-clock.ts';
import type { SqlClient } from '../../src/connectors/postgres/sql-client.ts';
import type { Clock } from '../../src/jobs/clock.ts';
import { adoptVersion, type Adoption } from '../../src/jobs/adopt-version.ts';
import { startApp, type RunningApp, type Seams } from '../../src/main.ts';
import { startSandbox, type Sandbox, type World } from '../../src/sandbox/start.ts';
import type { Database } from '../../src/database/connect.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';
import { hear, toldInConfidence } from '../secrets/watch.ts';
import { app, codeowners, people, resourcePolicy, teams } from './acme-access.ts';

/** The database behind the resources: the very one that the app keeps its own tables in, whose roles are given and taken for real. */
export interface Target {
  readonly client: SqlClient;
  /** The name that a role has there: the test server's roles are everybody's. */
  name(role: string): string;
  goesDown(): void;
  comesBack(): void;
}

/** A GitHub, the app, and the database to which access is asked for. */
export interface Stage {
  readonly clock: StoryClock;
  readonly world: World;
  readonly githubUrl: string;
  readonly target: Target;
  readonly database: TestDatabase;
  /** The PostgreSQL schema of the app's queue. */
  readonly queueSchema: string;
  /** The app as it runs now: another one after a restart. */
  app(): RunningApp;
  /** Stops the app, lets something happen, and starts it again on the same database. */
  whileStopped(happens: () => void | Promise<void>): Promise<void>;
  /** Starts another app on the same database, which hears no webhook by itself. Whoever starts it stops it. */
  startsReplica(seams?: Seams): Promise<RunningApp>;
  /** Resolves when every webhook was answered and every task that followed is done. */
  settled(): Promise<void>;
  /** Sets the clock forward by so many minutes once everything has settled, and lets everything settle again. */
  later(minutes: number): Promise<void>;
  /** Puts what stands on the default branch into force. */
  adopts(): Promise<Adoption>;
  /** A resource that nobody asked for yet. */
  freshResource(): string;
  close(): Promise<void>;
}

export interface StageOptions {
  /** Files on the default branch besides the policies; null leaves a file out. */
  readonly files?: Readonly<Record<string, string | null>>;
  /** Whether the first version is adopted at once. */
  readonly adopted?: boolean;
  /** Whether the app looks for what no webhook told: no by default, since every advance of the clock would have it look. */
  readonly sweeps?: boolean;
  /** What the operator's file says otherwise. */
  readonly config?: Partial<Config>;
  /** The app's clock, where it does not go as GitHub's does. */
  readonly clock?: (clock: StoryClock) => Clock;
  /** How the app reaches the database, where it is not as the test does. */
  readonly reach?: (database: TestDatabase) => Promise<Database>;
  /** How many resources the tests of the file ask for. */
  readonly resources?: number;
  /** Takes every line that the app logs, at the lowest level. */
  readonly logTo?: { write(line: string): void };
}

const begin = '2026-11-23T09:00:00Z';

// A story takes some seconds; on a machine that has much else to do, many.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

/** Everybody on stage: made once for each test file, whose tests ask for a resource each. */
export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const { files = {}, adopted = true, resources: count = 6 } = options;
  const resources = Array.from({ length: count }, (_, index) => `db-${index + 1}`);
  const clock = storyClock(begin);
  const [sandbox, database] = await Promise.all([
    startSandbox({ now: () => new Date(clock.now()) }),
    openTestDatabase(),
  ]);
  const target = await openTarget(database, resources);
  const world = await acme(sandbox, target, resources, files);
  const config = { ...configFor(world, sandbox), ...options.config };
  toldInConfidence([world.app.privateKey, ...config.app.webhookSecrets, databaseUrl, ordersUrl]);
  const reached = (await options.reach?.(database)) ?? database;
  const start = (seams: Seams = {}) =>
    startApp(config, {
      clock: options.clock?.(clock) ?? clock,
      logTo: { write: (line) => (hear(line), options.logTo?.write(line)) },
      database: { ...reached, close: async () => undefined },
      throttled: false,
      sweeps: options.sweeps ?? false,
      targets: { sql: async () => target.client },
      ...seams,
    });
  let running = await start();
  const listen = () => world.deliverTo(`${running.url}/api/github/webhooks`);
  listen();
  const left = resources.values();

  const stage: Stage = {
    clock,
    world,
    githubUrl: sandbox.url,
    target,
    database,
    queueSchema: queueSchema(database),
    app: () => running,
    async whileStopped(happens) {
      await stage.settled();
      await running.stop();
      await happens();
      running = await start();
      listen();
    },
    startsReplica: (seams) => start(seams),
    async settled() {
      for (let seen = -1; seen !== world.deliveries().length;) {
        seen = world.deliveries().length;
        await world.settled();
        // What a test mended is mended now: nobody waits for a pause to pass.
        await running.parts.queue.retryNow();
        await running.idle();
      }
    },
    async later(minutes) {
      await stage.settled();
      clock.advanceTo(clock.now() + minutes * 60_000);
      await stage.settled();
    },
    async adopts() {
      const tip = (await world.git('rev-parse', 'main')).trim();
      const adoption = await adoptVersion(running.parts, world.repository.id, tip);
      await stage.settled();
      return adoption;
    },
    freshResource() {
      const next = left.next();
      if (next.done) throw new Error('there are not so many resources: add some to the stage');
      return next.value;
    },
    async close() {
      await world.settled();
      await running.stop();
      await database.run(`drop schema if exists ${queueSchema(database)} cascade`);
      await Promise.all([sandbox.close(), target.close()]);
      if (reached !== database) await reached.close();
      await database.close();
    },
  };
  if (adopted) {
    const adoption = await stage.adopts();
    if (!adoption.adopted) throw new Error(`the policies were not adopted: ${JSON.stringify(adoption)}`);
  }
  return stage;
}

async function acme(
  sandbox: Sandbox,
  target: Target,
  resources: readonly string[],
  files: Readonly<Record<string, string | null>>,
): Promise<World> {
  const all: Record<string, string | null> = {
    '.github/CODEOWNERS': codeowners,
    'access-requests.yaml': 'requests: []\n',
    'access-policies/identities.yaml': `default: { orders-db: "${target.name('{login}')}" }\n`,
    ...Object.fromEntries(
      resources.map((name) => [
        `access-policies/resources/${name}.yaml`,
        resourcePolicy(name, target.name(`reader-${name}`)),
      ]),
    ),
    ...files,
  };
  const present = Object.entries(all).filter((file): file is [string, string] => file[1] !== null);
  const world = await sandbox.seed({
    organization: 'acme',
    people,
    teams,
    repository: { name: 'access', files: Object.fromEntries(present) },
    app,
  });
  protectMain(world);
  world.protect('countersign/records', { pushers: { apps: ['countersign'] } });
  return world;
}

/** The rules that a requests repository's default branch is to have. */
export function protectMain(world: World): void {
  world.protect('main', {
    requiredChecks: ['access/policy', 'access/approval'].map((context) => ({ context, appId: world.app.id })),
    requiredApprovals: 1,
    requireCodeOwnerReviews: true,
    allowForcePushes: true,
    bypass: { apps: ['countersign'], admins: true },
  });
}

/** The webhook secret before the one in force, which counts while it is rotated. */
export const previousSecret = 'the-secret-before-this-one';

/** Nothing is reached by these: they are there to be kept secret. */
export const databasePassword = 'the-password-of-the-database';
const databaseUrl = `postgres://countersign:${databasePassword}@the.stage.brings.its.own`;
export const ordersPassword = 'the password/of orders';
export const ordersUrl = `postgres://countersign:${encodeURIComponent(ordersPassword)}@orders/orders`;

function configFor({ app: { id, privateKey, webhookSecret }, repository }: World, { url }: Sandbox): Config {
  return {
    app: { id, privateKey, webhookSecrets: [webhookSecret, previousSecret] },
    githubApiUrl: url,
    host: '127.0.0.1',
    port: 0,
    logLevel: 'trace',
    database: { url: databaseUrl },
    repositories: [
      { id: repository.id, owner: 'acme', repo: 'access', branch: 'main', connections: ['orders-db'] },
    ],
    connections: new Map([
      [
        'orders-db',
        { connector: 'postgres', url: ordersUrl, entitlements: ['reader-*'], end_sessions: true },
      ],
      // Another repository's: this one's policies name it in vain.
      [
        'payroll-db',
        { connector: 'postgres', url: 'postgres://payroll', entitlements: ['reader-*'], end_sessions: true },
      ],
    ]),
    removalLimit: { count: 20, share: 0.25 },
  };
}

async function openTarget(
  database: TestDatabase,
  resources: readonly string[],
): Promise<Target & { close(): Promise<void> }> {
  const suffix = randomBytes(4).toString('hex');
  const name = (role: string) => `${role}_${suffix}`;
  const roles = [...resources.map((resource) => `reader-${resource}`), 'mona', 'nick', 'lars'].map(name);
  await database.run(roles.map((role) => `create role "${role}"`).join(';'));
  let down = false;
  return {
    name,
    client: {
      async query(text, values) {
        if (down) throw new Error('the target is out of reach');
        return database.run(text, values);
      },
      // The stage outlives the app's connection.
      close: async () => undefined,
    },
    goesDown: () => (down = true),
    comesBack: () => (down = false),
    close: async () => void (await database.run(roles.map((role) => `drop role "${role}"`).join(';'))),
  };
}

function queueSchema({ schema }: TestDatabase): string {
  return schema === 'public' ? 'queue' : `${schema}_queue`;
}
