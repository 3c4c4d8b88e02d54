import { Command } from 'commander';
import { verify, type Verification } from '../audit/verify.ts';
import { recordsBranch } from '../audit/record.ts';
import { allEvents } from '../database/audit-events.ts';
import { readRecords } from '../github/records-branch.ts';
import { openTools } from '../main.ts';
import { existing, withDatabase, withDatabaseOption, type DatabaseOption } from './database-option.ts';
import { configOrReasons } from './start.ts';

interface Options extends DatabaseOption {
  readonly json?: true;
}

export function auditCommand(): Command {
  const command = new Command('audit').description('the audit log');
  withDatabaseOption(command.command('verify'))
    .description('hold every row of the audit log against its record in git')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
Reads the database, and the branch ${recordsBranch} of each requests repository with the App's credentials. Exits 1 where a row and its
record differ or either is missing, 0 where all agree, and 2 where it could not compare them. Rows whose record is still to be written are counted and no failure.

Example:
  countersign audit verify`,
    )
    .action(async ({ json, ...options }: Options) => {
      const config = configOrReasons(options, 2);
      // Read before the parts are built, which would make the tables where there are none.
      const log = await withDatabase(existing(config.database), ({ db }) => allEvents(db));
      const tools = await openTools(config);
      try {
        const outcomes: Outcome[] = [];
        for (const { id, owner, repo } of config.repositories) {
          const { git } = await tools.parts.workplace(id);
          const outcome = verify(log, await readRecords(git), id);
          outcomes.push({ repository: `${owner}/${repo}`, ...outcome });
        }
        process.stdout.write(json ? `${JSON.stringify(outcomes, null, 2)}\n` : outcomes.map(report).join(''));
        if (outcomes.some(({ discrepancies }) => discrepancies.length > 0)) process.exitCode = 1;
      } finally {
        await tools.close();
      }
    });
  return command;
}

interface Outcome extends Verification {
  readonly repository: string;
}

function report({ repository, events, anchored, pending, discrepancies }: Outcome): string {
  return [
    `${repository}: ${events} events, anchored up to ${anchored}; ${pending} not yet.`,
    ...discrepancies.map(
      ({ seq, path, problem }) =>
        `  ${seq === null ? '-' : `#${seq}`}  ${path === null ? '' : `${path}: `}${problem}`,
    ),
    discrepancies.length === 0
      ? '  Every row that has a record is found in git as it is.'
      : `  ${discrepancies.length} differ.`,
    '  Without an anchor kept elsewhere (a head SHA of the records branch, written down) a rewrite of both by an administrator would not show.',
    '',
  ].join('\n');
}
