import { expect, test } from 'vitest';
import { adoptCommand } from '../../src/cli/adopt.ts';
import { auditCommand } from '../../src/cli/audit.ts';
import { demoCommand } from '../../src/cli/demo.ts';
import { grantsCommand } from '../../src/cli/grants.ts';
import { migrateCommand } from '../../src/cli/migrate.ts';
import { ownersCommand } from '../../src/cli/owners.ts';
import { sandboxCommand } from '../../src/cli/sandbox.ts';
import { startCommand } from '../../src/cli/start.ts';
import { tasksCommand } from '../../src/cli/tasks.ts';
import { tryCommand } from '../../src/cli/try.ts';
import { validateCommand } from '../../src/cli/validate.ts';
import { countersign } from './run.ts';

const commands = [
  demoCommand(),
  startCommand(),
  migrateCommand(),
  adoptCommand(),
  tryCommand(),
  sandboxCommand(),
  validateCommand(),
  ownersCommand(),
  grantsCommand(),
  tasksCommand(),
  ...tasksCommand().commands,
  ...auditCommand().commands,
];

test.each(commands.map((command) => [command.name(), command] as const))(
  '%s --help shows an example',
  (name, command) => {
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(
      new RegExp(`\\nExamples?:\\n(?:.*\\n)*.*(?:countersign (?:(?:audit|tasks) )?|npm run )${name}\\b`),
    );
  },
);

test('an unknown command exits 2, with the nearest and where to look', async () => {
  const { code, out, err } = await countersign(['grnts']).ended;
  expect([code, out]).toEqual([2, '']);
  expect(err).toBe("error: unknown command 'grnts'\n(Did you mean grants?)\n(--help shows how it is used)\n");
});
