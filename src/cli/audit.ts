import { Command } from 'commander';
import { verify, type Verification } from '../audit/verify.ts';
import { recordsBranch } from '../audit/record.ts';
import { allEvents } from '../database/audit-events.ts';
import { readRecords } from '../github/records-branch.ts';
import { openTools } from '../main.ts';
import { configOrReasons } from './start.ts';

interface Options {
  readonly data?: string;
  readonly json?: true;
}

export function auditCommand(): Command {
  const command = new Command('audit').description('the audit log');
  command
    .command('verify')
    .description('hold every row of the audit log against its record in git')
    .option('--data <dir>', 'the folder of an embedded database (default: the server of DATABASE_URL)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
Reads the database, and the branch ${recordsBranch} of each requests repository with the App's credentials. Exits 1 where a row and its
record differ, where either is missing, and 0 where all agree. Rows whose record is still to be written are counted and no failure.

Example:
  countersign audit verify`,
    )
    .action(async ({ data, json }: Options) => {
      const config = configOrReasons(data === undefined ? {} : { embedded: { dataDir: data } });
      const tools = await openTools(config);
      try {
        const outcomes = [];
        for (const { id, owner, repo } of config.repositories) {
          const { git } = await tools.parts.workplace(id);
          const log = await allEvents(tools.parts.db, id);
          outcomes.push({ repository: `${owner}/${repo}`, ...verify(log, await readRecords(git)) });
        }
        process.stdout.write(json ? `${JSON.stringify(outcomes, null, 2)}\n` : outcomes.map(report).join(''));
        if (outcomes.some(({ discrepancies }) => discrepancies.length > 0)) process.exitCode = 1;
      } finally {
        await tools.close();
      }
    });
  return command;
}

function report({
  repository,
  events,
  anchored,
  pending,
  discrepancies,
}: Verification & { repository: string }): string {
  return [
    `${repository}: ${events} events, anchored up to ${anchored}; ${pending} not yet.`,
    ...discrepancies.map(
      ({ seq, path, problem }) => `  ${seq === null ? '-' : `#${seq}`}  ${path}: ${problem}`,
    ),
    discrepancies.length === 0
      ? '  Every row that has a record is found in git as it is.'
      : `  ${discrepancies.length} differ.`,
    '  Without an anchor kept elsewhere (a head SHA of the records branch, written down) a rewrite of both by an administrator would not show.',
    '',
  ].join('\n');
}
