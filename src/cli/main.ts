#!/usr/bin/env node
import { Command } from 'commander';
import { troubleOf } from './trouble.ts';

/** Each command by its name, loaded when it is called for: `owners` needs no database, and is not to wait for one. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  demo: async () => (await import('./demo.ts')).demoCommand(),
  start: async () => (await import('./start.ts')).startCommand(),
  migrate: async () => (await import('./migrate.ts')).migrateCommand(),
  adopt: async () => (await import('./adopt.ts')).adoptCommand(),
  try: async () => (await import('./try.ts')).tryCommand(),
  sandbox: async () => (await import('./sandbox.ts')).sandboxCommand(),
  validate: async () => (await import('./validate.ts')).validateCommand(),
  owners: async () => (await import('./owners.ts')).ownersCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  grants: async () => (await import('./grants.ts')).grantsCommand(),
  removals: async () => (await import('./removals.ts')).removalsCommand(),
  tasks: async () => (await import('./tasks.ts')).tasksCommand(),
  audit: async () => (await import('./audit.ts')).auditCommand(),
};

/** The command that was named, or all of them for whoever asks what there is. */
function wanted([name = '']: readonly string[]): Promise<Command[]> {
  const named = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return Promise.all((named ? [named] : Object.values(commands)).map((load) => load()));
}

const program = new Command('countersign')
  .description('Just-in-time access by pull request.')
  .addHelpText(
    'after',
    '\nBegin with:\n  countersign demo\n  countersign try\n  countersign validate --help',
  );

/** Says how a command is used where it was used wrongly, and exits 2: it did not run. */
function forgiving(command: Command): Command {
  for (const below of command.commands) forgiving(below);
  return command
    .showHelpAfterError('(--help shows how it is used)')
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2));
}

for (const command of await wanted(process.argv.slice(2))) program.addCommand(command);
forgiving(program);

try {
  await program.parseAsync();
} catch (error) {
  const trouble = troubleOf(error);
  if (!trouble) throw error;
  process.stderr.write(`${trouble.message}\n`);
  process.exitCode = trouble.exitCode;
}
