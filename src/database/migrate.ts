import { Migrator, type Migration } from 'kysely/migration';
import { openDatabase, type Database, type DatabaseOptions } from './connect.ts';
import * as firstTables from './migrations/0001-first-tables.ts';
import * as approvals from './migrations/0002-approvals.ts';
import * as deliveriesSeen from './migrations/0003-deliveries-seen.ts';
import * as decidedAgain from './migrations/0004-decided-again.ts';
import * as heldRemovals from './migrations/0005-held-removals.ts';
import * as grantsUnderWay from './migrations/0006-grants-under-way.ts';
import * as grantsTold from './migrations/0007-grants-told.ts';
import * as lateGifts from './migrations/0008-late-gifts.ts';
import * as waitingReverts from './migrations/0009-waiting-reverts.ts';

/** Every migration in the order of its name. Forward only: what was released is never edited, a mistake is corrected by the next one. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first-tables': firstTables,
  '0002-approvals': approvals,
  '0003-deliveries-seen': deliveriesSeen,
  '0004-decided-again': decidedAgain,
  '0005-held-removals': heldRemovals,
  '0006-grants-under-way': grantsUnderWay,
  '0007-grants-told': grantsTold,
  '0008-late-gifts': lateGifts,
  '0009-waiting-reverts': waitingReverts,
};

/**
 * Brings the tables up to date, and returns the names of the migrations that ran. Processes that start at the same time wait for one
 * another. All or nothing: after an error the database is as it was. `upTo`: the last one to run; all of them, where none is named.
 */
export async function migrate(
  { db, schema }: Pick<Database, 'db' | 'schema'>,
  upTo?: string,
): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...migrations }) },
    migrationTableSchema: schema,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  });
  const { error, results = [] } = await (upTo === undefined
    ? migrator.migrateToLatest()
    : migrator.migrateTo(upTo));
  if (error !== undefined) {
    const failed = results.find(({ status }) => status === 'Error')?.migrationName;
    throw new Error(
      failed
        ? `the migration ${failed} failed: the database is as it was`
        : 'the database could not be migrated',
      { cause: error },
    );
  }
  return results.map(({ migrationName }) => migrationName);
}

/** A migration may take an hour, as kysely gives those that wait for it: the app itself waits for no statement so long. */
export const unhurried = { answersWithin: 60 * 60_000 };

/** Opens the database, up to date. */
export async function openMigrated(options: DatabaseOptions): Promise<Database> {
  if ('url' in options) {
    const first = await openDatabase({ ...options, ...unhurried });
    try {
      await migrate(first);
    } finally {
      await first.close();
    }
    return openDatabase(options);
  }
  const database = await openDatabase(options);
  await migrate(database);
  return database;
}
