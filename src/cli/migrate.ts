import { Command } from 'commander';
import { migrate, unhurried } from '../database/migrate.ts';
import { databaseSetting, withDatabase, withDatabaseOption, type DatabaseOption } from './database-option.ts';

export function migrateCommand(): Command {
  return withDatabaseOption(new Command('migrate'))
    .description('bring the database up to date')
    .addHelpText(
      'after',
      `
Migrations run forward only and under a lock, so that several replicas may start at once. \`countersign start\` runs them as well.

Example:
  DATABASE_URL=postgres://countersign@db/countersign countersign migrate`,
    )
    .action(async (options: DatabaseOption) => {
      const ran = await withDatabase({ ...databaseSetting(options), ...unhurried }, migrate);
      process.stdout.write(
        ran.length === 0 ? 'The database is up to date.\n' : ran.map((name) => `Ran ${name}.\n`).join(''),
      );
    });
}
