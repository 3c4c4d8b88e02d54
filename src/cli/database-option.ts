import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { environment, readDatabase, type DatabaseSetting } from '../config.ts';
import { openDatabase, type Database } from '../database/connect.ts';
import { UserError } from './exit.ts';

export interface DatabaseOption {
  readonly data?: string;
}

/** Adds `--data DIR` to a command that needs the database. */
export function withDatabaseOption(command: Command): Command {
  return command.option(
    '--data <dir>',
    'the folder of an embedded database (default: the server of DATABASE_URL)',
  );
}

/** The database that the command line or the environment names. */
export function databaseSetting({ data }: DatabaseOption): DatabaseSetting {
  const setting = readDatabase(environment, data);
  if ('problems' in setting)
    throw new UserError(
      `${setting.problems.join('\n')}\nOr name the folder of an embedded database with --data DIR.`,
      2,
    );
  return setting;
}

/** Opens the database for as long as the work takes. */
export async function withDatabase<Result>(
  setting: DatabaseSetting,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = await openDatabase(setting);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** The same setting, where there is something to read: a mistyped folder is not to become an empty database. */
export function existing<Setting extends DatabaseSetting>(setting: Setting): Setting {
  if ('dataDir' in setting && !existsSync(join(setting.dataDir, 'postgresql')))
    throw new UserError(`There is no database in ${setting.dataDir}, which --data names.`, 2);
  return setting;
}
