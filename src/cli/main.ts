#!/usr/bin/env node
import { Command } from 'commander';
import { adoptCommand } from './adopt.ts';
import { auditCommand } from './audit.ts';
import { demoCommand } from './demo.ts';
import { grantsCommand } from './grants.ts';
import { migrateCommand } from './migrate.ts';
import { ownersCommand } from './owners.ts';
import { sandboxCommand } from './sandbox.ts';
import { startCommand } from './start.ts';
import { troubleOf } from './trouble.ts';
import { validateCommand } from './validate.ts';

const program = new Command('countersign')
  .description('Just-in-time access by pull request.')
  .addHelpText('after', '\nBegin with:\n  countersign demo\n  countersign validate --help');

/** Says how a command is used where it was used wrongly, and exits 2: it did not run. */
function forgiving(command: Command): Command {
  for (const below of command.commands) forgiving(below);
  return command
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

for (const command of [
  demoCommand(),
  startCommand(),
  migrateCommand(),
  adoptCommand(),
  sandboxCommand(),
  validateCommand(),
  ownersCommand(),
  grantsCommand(),
  auditCommand(),
])
  program.addCommand(command);
forgiving(program);

try {
  await program.parseAsync();
} catch (error) {
  const trouble = troubleOf(error);
  if (!trouble) throw error;
  process.stderr.write(`${trouble.message}\n`);
  process.exitCode = trouble.exitCode;
}
