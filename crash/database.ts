import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PgBoss } from 'pg-boss';
import type { DatabaseSetting } from '../src/config.ts';
import { openDatabase, type Database, type DatabaseOptions } from '../src/database/connect.ts';
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
  /** What half a minute does, after which a dead process's tasks are taken up. */
  timePasses(): Promise<void>;
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
        drop: async () => void (await admin.run(`drop database ${name} with (force)`)),
      };
    },
    async close() {
      await admin.run(`drop database ${template}`);
      await admin.close();
    },
  };
}

/** Embedded databases: a copy of a folder that was set up once. `image`: what that starts from, a dump of an empty one. */
export async function embeddedDatabases(image?: Blob): Promise<Databases> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'));
  const template = join(folder, 'template');
  await setUp({ dataDir: template, ...(image ? { image } : {}) });
  let copies = 0;
  return {
    async fresh() {
      copies += 1;
      const dataDir = join(folder, String(copies));
      await cp(template, dataDir, { recursive: true });
      return {
        setting: { dataDir },
        // It is one process's alone, which knows at its start that whatever ran is dead.
        timePasses: async () => undefined,
        drop: () => rm(dataDir, { recursive: true, force: true }),
      };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function setUp(setting: DatabaseOptions): Promise<void> {
  const database = await openDatabase(setting);
  await migrate(database);
  await (await openQueue(database)).stop();
  await database.close();
}

/**
 * On a server nobody knows that a process is dead but by its silence. That is not waited for: the last signs of life are set back, and
 * another process does the queue's housekeeping, as a replica would.
 */
async function halfAMinutePasses(url: string): Promise<void> {
  const database: Database = await openDatabase({ url });
  try {
    await database.run(
      `update queue.job set heartbeat_on = heartbeat_on - interval '31 seconds' where state = 'active'`,
    );
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
