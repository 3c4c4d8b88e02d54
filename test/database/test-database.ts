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
      second: onlyOne,
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

/** Embedded databases that a test file of this process is done with: to empty one costs a tenth of making one. */
const spare: Database[] = [];

/** The same, with every table. */
export async function openTestDatabase(): Promise<TestDatabase> {
  if (serverUrl) return migrated(await openEmptyDatabase());
  const used = spare.pop();
  const database = used ? { ...used, second: onlyOne } : await migrated(await openEmptyDatabase());
  return {
    ...database,
    async close() {
      // What can't be emptied is not used again.
      if (await isEmptied(database)) spare.push(database);
      else await database.close();
    },
  };
}

const onlyOne = () => Promise.reject(new Error('the embedded database has one connection'));

/** Empties every table, but for what says which tables there are, and drops the schemas that a test made. */
async function isEmptied(database: TestDatabase): Promise<boolean> {
  try {
    const { rows } = await database.run(
      `select format('truncate %I.%I cascade', schemaname, tablename) as statement from pg_tables
        where schemaname = 'public' and tablename not like 'migrations%'
           or schemaname = 'queue' and tablename not in ('version', 'queue')
        union all
       select format('drop schema %I cascade', nspname) from pg_namespace
        where nspname not in ('public', 'queue', 'information_schema') and nspname not like 'pg\\_%'`,
    );
    // As a replica does, whose triggers keep quiet: the audit log lets nobody take a row out.
    const statements = ['set session_replication_role = replica', ...rows.map(({ statement }) => statement)];
    await database.run([...statements, 'reset session_replication_role'].join(';'));
    return true;
  } catch {
    return false;
  }
}

/** Kysely looks at every table of the server, and another test file may be dropping its own at that moment. */
async function migrated(database: TestDatabase, tries = 5): Promise<TestDatabase> {
  try {
    await migrate(database);
    return database;
  } catch (error) {
    const { code = '' } = ((error as Error).cause ?? {}) as { code?: string };
    if (!gone.has(code) || tries === 0) throw error;
    return migrated(database, tries - 1);
  }
}

/** A schema, or a table, is not there (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const gone = new Set(['3F000', '42P01']);
