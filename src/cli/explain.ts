import { Command } from 'commander';
import type { Explanation } from '../approvals/explanation.ts';
import { storedPulls } from '../database/pulls.ts';
import { explanationText } from '../messages/explanation-text.ts';
import {
  databaseSetting,
  existing,
  withDatabase,
  withDatabaseOption,
  type DatabaseOption,
} from './database-option.ts';
import { UserError } from './exit.ts';

interface Options extends DatabaseOption {
  readonly repository?: string;
  readonly json?: true;
}

export function explainCommand(): Command {
  return withDatabaseOption(new Command('explain'))
    .description(
      'why a pull request was granted, was not, or waits: every condition and approval with its rule',
    )
    .argument('<pull>', 'the number of the pull request')
    .option('--repository <id>', 'the id of the requests repository, where the app serves several')
    .option('--json', 'print the tree as JSON')
    .addHelpText(
      'after',
      `
What it prints is the last decision that was made about the pull request, each reason with the file, line and commit of its rule.

Examples:
  countersign explain 42
  countersign explain 42 --json | jq '.children[] | select(.result == "no")'`,
    )
    .action(async (pull: string, { repository, json, ...options }: Options) => {
      const number = numberOf(pull.replace(/^#/, ''), 'the number of a pull request');
      const id = repository === undefined ? undefined : numberOf(repository, "a repository's id");
      const found = await withDatabase(existing(databaseSetting(options)), ({ db }) =>
        storedPulls(db, number),
      );
      const stored = found.filter(({ repositoryId }) => id === undefined || repositoryId === id);
      const [only, ...others] = stored;
      if (!only) throw new UserError(`Nothing was decided about pull request ${number} yet.`, 1);
      if (others.length > 0)
        throw new UserError(
          `Several repositories have a pull request ${number}: name one with --repository ${stored.map(({ repositoryId }) => repositoryId).join(' or ')}.`,
          2,
        );
      const explanation = only.explanation as Explanation;
      process.stdout.write(`${json ? JSON.stringify(explanation, null, 2) : explanationText(explanation)}\n`);
    });
}

function numberOf(text: string, what: string): number {
  if (!/^[1-9]\d{0,15}$/.test(text)) throw new UserError(`${text} is not ${what}.`, 2);
  return Number(text);
}
