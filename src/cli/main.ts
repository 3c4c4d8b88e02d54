#!/usr/bin/env node
import { Command } from 'commander';
import { adoptCommand } from './adopt.ts';
import { auditCommand } from './audit.ts';
import { demoCommand } from './demo.ts';
import { UserError } from './exit.ts';
import { grantsCommand } from './grants.ts';
import { migrateCommand } from './migrate.ts';
import { ownersCommand } from './owners.ts';
import { sandboxCommand } from './sandbox.ts';
import { startCommand } from './start.ts';
import { validateCommand } from './validate.ts';

const program = new Command('countersign')
  .description('Just-in-time access by pull request.')
  .showHelpAfterError('(--help shows how it is used)')
  .addHelpText('after', '\nBegin with:\n  countersign demo\n  countersign validate --help');

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
  program.addCommand(command.showHelpAfterError('(--help shows how it is used)'));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode;
}
