import { Command } from 'commander';
import { heldRemovals, type HeldRemoval } from '../database/removals.ts';
import type { RemovalReason } from '../grants/removal-limit.ts';
import { confirmRemoval } from '../jobs/confirm-removal.ts';
import { openTools } from '../main.ts';
import { count } from '../messages/markdown.ts';
import { formatInstant } from '../requests/instant.ts';
import { columns } from './columns.ts';
import {
  databaseSetting,
  existing,
  withDatabase,
  withDatabaseOption,
  type DatabaseOption,
} from './database-option.ts';
import { UserError } from './exit.ts';
import { configOrReasons } from './start.ts';

interface Options extends DatabaseOption {
  readonly json?: true;
}

export function removalsCommand(): Command {
  const command = withDatabaseOption(new Command('removals'))
    .description('grants that were to end, too many at once, and wait for a person to say so')
    .option('--json', 'print a JSON array')
    .addHelpText(
      'after',
      `
In one run no more entries, or people, lose their access than \`removal_limit\` of countersign.yaml allows: beyond that all of them wait. Their grants end when
their time is up in any case, and stay when what they were held for is undone: the entries stand again as they were, whoever left is back.

Examples:
  countersign removals
  countersign removals confirm 41`,
    )
    .action(async ({ json, ...options }: Options) => {
      const held = await withDatabase(existing(databaseSetting(options)), ({ db }) => heldRemovals(db));
      process.stdout.write(json ? `${JSON.stringify(held.map(shown), null, 2)}\n` : listing(held));
    });
  // Options that stand on both belong to whichever they are written behind.
  command.enablePositionalOptions().addCommand(confirmCommand());
  return command;
}

function confirmCommand(): Command {
  return withDatabaseOption(new Command('confirm'))
    .description('have them end')
    .argument('<id>', 'which, as `countersign removals` numbers them')
    .addHelpText('after', '\nExample:\n  countersign removals confirm 41')
    .action(async (id: string, options: DatabaseOption) => {
      if (!/^[1-9][0-9]{0,14}$/.test(id))
        throw new UserError(`${id} is no number of a removal: \`countersign removals\` lists them.`, 2);
      const tools = await openTools(configOrReasons(options, 2));
      try {
        const ended = await confirmRemoval(tools.parts, Number(id));
        if (ended.length === 0)
          throw new UserError(
            `Nothing is held back under ${id}, and nothing was ended: \`countersign removals\` lists what is.`,
          );
        process.stdout.write(`Taken back now: ${count(ended.length, 'grant')}.\n`);
      } finally {
        await tools.close();
      }
    });
}

function shown({ removal, because, grant }: HeldRemoval) {
  const { id, holder, resource, role, expiresAt, pull } = grant;
  return {
    removal,
    because,
    grant: id,
    holder: holder.name,
    resource,
    role,
    expires: formatInstant(expiresAt),
    pull,
  };
}

const words: Readonly<Record<RemovalReason, string>> = { returned: 'was taken out', left: 'left' };

function listing(held: readonly HeldRemoval[]): string {
  if (held.length === 0) return 'Nothing is held back.\n';
  return columns(
    held.map(({ removal, because, grant: { holder, role, resource, expiresAt, pull } }) => [
      `${removal}`,
      words[because],
      holder.name,
      `${role} on ${resource}`,
      `until ${formatInstant(expiresAt)}`,
      `#${pull}`,
    ]),
  );
}
