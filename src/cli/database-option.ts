import type { Command } from 'commander';
import { openDatabase, type Database } from '../database/connect.ts';
import { UserError } from './exit.ts';

export interface DatabaseOption {
  readonly data?: string;
}

/** Adds `--data DIR` to a command that reads the database. */
export function withDatabaseOption(command: Command): Command {
  return command.option(
    '--data <dir>',
    'the folder of an embedded database (default: the server of DATABASE_URL)',
  );
}

/** Opens the database that the command line or the environment names, for as long as the work takes. */
export async function withDatabase<Result>(
  { data }: DatabaseOption,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const url = process.env['DATABASE_URL'];
  if (data === undefined && !url)
    throw new UserError(
      'No database: set DATABASE_URL, or name the folder of an embedded one with --data DIR.',
      2,
    );
  const database = await openDatabase(data === undefined ? { url: url ?? '' } : { dataDir: data });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
