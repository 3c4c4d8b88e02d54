import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import type { DatabaseSetting } from '../src/config.ts';
import { openDatabase, type Database } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { openQueue } from '../src/jobs/queue.ts';
import type { PostgresServer } from './postgres-server.ts';

/** Makes databases for the app, each with its tables and nothing in them. */
export interface Databases {
  fresh(): Promise<AppDatabase>;
  close(): Promise<void>;
}

export interface AppDatabase {
  readonly setting: DatabaseSetting;
  /** What half a minute does, after which the tasks of a process that is dead or asleep are taken up, and what it held is let go. */
  timePasses(): Promise<void>;
  /** What waits for its likes for some seconds is due now: on a server, which can be reached while the app runs. */
  secondsPass(): Promise<void>;
  drop(): Promise<void>;
}

/** Databases of a server: a copy of one that was set up once. */
export async function serverDatabases({ url }: PostgresServer): Promise<Databases> {
  const admin = await openDatabase({ url });
  const template = `countersign_crash_${randomBytes(4).toString('hex')}`;
  const urlOf = (name: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
  await admin.run(`create database ${template}`);
  await setUp({ url: urlOf(template) });
  let copies = 0;
  return {
    async fresh() {
      copies += 1;
      const name = `${template}_${copies}`;
      await admin.run(`create database ${name} template ${template}`);
      return {
        setting: { url: urlOf(name) },
        timePasses: () => halfAMinutePasses(urlOf(name)),
        secondsPass: () => secondsPass(urlOf(name)),
        drop: async () => void (await admin.run(`drop database ${name} with (force)`)),
      };
    },
    async close() {
      await admin.run(`drop database ${template}`);
      await admin.close();
    },
  };
}

/** Embedded databases: copies of a folder, which is set up where nobody did it before. `template`: where it is kept; else it is temporary. */
export async function embeddedDatabases(template?: string): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'));
  const original = template ?? join(folder, 'template');
  if (!existsSync(original)) {
    const draft = join(folder, 'draft');
    await setUp({ dataDir: draft });
    // Whole or not at all, when several come first at the same time.
    await cp(draft, `${original}.${process.pid}`, { recursive: true });
    await rename(`${original}.${process.pid}`, original).catch((error: unknown) => {
      if (!existsSync(original)) throw error;
    });
  }
  let copies = 0;
  return {
    async fresh() {
      copies += 1;
      const dataDir = join(folder, String(copies));
      await cp(original, dataDir, { recursive: true });
      return {
        setting: { dataDir },
        // It is one process's alone, which knows at its start that whatever ran is dead.
        timePasses: async () => undefined,
        secondsPass: async () => undefined,
        drop: () => rm(dataDir, { recursive: true, force: true }),
      };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function setUp(setting: DatabaseSetting): Promise<void> {
  const database = await openDatabase(setting);
  await migrate(database);
  await (await openQueue(database)).stop();
  await database.close();
}

/**
 * On a server nobody knows that a process is dead, or asleep, but by its silence. That is not waited for: transactions in which nothing is asked for
 * a moment are ended, the last signs of life set back, and another process does the queue's housekeeping, as a replica would.
 */
async function halfAMinutePasses(url: string): Promise<void> {
  const database: Database = await openDatabase({ url });
  try {
    await database.run(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and state = 'idle in transaction' and state_change < now() - interval '0.2 s'`,
    );
    await database.run(
      `update queue.job set heartbeat_on = heartbeat_on - interval '31 seconds' where state = 'active'`,
    );
    // Another may have looked a moment ago.
    await database.run(`update queue.queue set monitor_on = null, monitor_claim_on = null`);
    const boss = new PgBoss({
      db: { executeSql: (text, values) => database.run(text, values) },
      schema: 'queue',
      schedule: false,
      supervise: false,
      migrate: false,
      superviseIntervalSeconds: 1,
      monitorIntervalSeconds: 1,
    });
    await boss.start();
    await boss.supervise('tasks');
    await boss.stop({ graceful: false, close: false });
    await database.run(`update queue.job set start_after = now() where state = 'retry'`);
  } finally {
    await database.close();
  }
}

async function secondsPass(url: string): Promise<void> {
  const database = await openDatabase({ url });
  await database.run(
    `update queue.job set start_after = now()
      where state = 'created' and start_after between now() and now() + interval '1 minute'`,
  );
  await database.close();
}
