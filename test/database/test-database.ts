import { randomBytes } from 'node:crypto';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { embeddedImage } from './embedded-image.ts';

/** The server that tests run on, where one is given: else the embedded database. */
export const serverUrl = process.env['TEST_DATABASE_URL'];

export interface TestDatabase extends Database {
  /** Another connection to the same tables. Only a server has one: `describe.runIf(serverUrl)`. */
  second(): Promise<Database>;
}

/** A database of the caller's own, empty: a fresh schema on the server, or a fresh embedded database in memory. */
export async function openEmptyDatabase(): Promise<TestDatabase> {
  if (!serverUrl)
    return {
      ...(await openDatabase({ memory: true, image: await embeddedImage() })),
      second: () => Promise.reject(new Error('the embedded database has one connection')),
    };
  const url = serverUrl;
  const schema = `test_${randomBytes(6).toString('hex')}`;
  const database = await openDatabase({ url, schema });
  return {
    ...database,
    second: () => openDatabase({ url, schema }),
    async close() {
      await database.run(`drop schema if exists ${schema} cascade`);
      await database.close();
    },
  };
}

/** The same, with every table. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const database = await openEmptyDatabase();
  await migrated(database);
  return database;
}

/** Kysely looks at every schema of the server, and another test file may be dropping its own at that moment. */
async function migrated(database: TestDatabase, tries = 5): Promise<void> {
  try {
    await migrate(database);
  } catch (error) {
    const isAnothers = ((error as Error).cause as { code?: string } | undefined)?.code === '3F000';
    if (!isAnothers || tries === 0) throw error;
    await migrated(database, tries - 1);
  }
}
