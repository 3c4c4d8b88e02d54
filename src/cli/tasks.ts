import { Command } from 'commander';
import type { Database } from '../database/connect.ts';
import { redacting } from '../jobs/log.ts';
import { listTasks, sendAgain, type ListedTask, type TaskState } from '../jobs/task-list.ts';
import { columns } from './columns.ts';
import {
  databaseSetting,
  existing,
  withDatabase,
  withDatabaseOption,
  type DatabaseOption,
} from './database-option.ts';
import { UserError } from './exit.ts';

interface Options extends DatabaseOption {
  readonly json?: true;
}

interface RetryOptions extends Options {
  readonly all?: true;
}

export function tasksCommand(): Command {
  const command = withDatabaseOption(new Command('tasks'))
    .description('what the app has to do: what waits, is tried again, or was given up')
    .option('--json', 'print a JSON array')
    .addHelpText(
      'after',
      `
Reads the database alone, also while the app runs. An embedded database belongs to one process: stop the app first.

Examples:
  countersign tasks
  countersign tasks --json
  countersign tasks retry --all`,
    )
    .action(async ({ json, ...options }: Options) => {
      const tasks = await withQueue(options, (database) => listTasks(database));
      process.stdout.write(json ? inJson(tasks) : listing(tasks, 'Nothing waits.\n'));
    });
  // Options that stand on both belong to whichever they are written behind.
  command.enablePositionalOptions().addCommand(retryCommand());
  return command;
}

function retryCommand(): Command {
  return withDatabaseOption(new Command('retry'))
    .description('send given-up tasks again, and end the pause of those that wait to be tried again')
    .argument('[ids...]', 'which, as `countersign tasks` names them')
    .option('--all', 'all of them')
    .option('--json', 'print what is tried again as a JSON array')
    .addHelpText(
      'after',
      `
Mend first what they failed for. Each has all its attempts again; one whose like waits already is done by that one.

Examples:
  countersign tasks retry 0c5f2b9e-4c1d-4b86-9a54-3f0f3a3b7a11
  countersign tasks retry --all`,
    )
    .action(async (ids: readonly string[], { all, json, ...options }: RetryOptions) => {
      if (ids.length > 0 === (all === true))
        throw new UserError('Name the tasks, as `countersign tasks` does, or say --all.', 2);
      const tasks = await withQueue(options, async (database) => {
        const waiting = (await listTasks(database)).filter(
          ({ state }) => state === 'givenUp' || state === 'again',
        );
        const chosen = all ? waiting : ids.map((id) => withId(waiting, id));
        await sendAgain(database, chosen);
        return chosen;
      });
      process.stdout.write(json ? inJson(tasks) : listing(tasks, 'There is nothing to try again.\n'));
    });
}

function withId(tasks: readonly ListedTask[], id: string): ListedTask {
  const task = tasks.find((waiting) => waiting.id === id);
  if (!task)
    throw new UserError(
      `No task ${id} was given up or waits to be tried again, and none was sent: \`countersign tasks\` lists them.`,
    );
  return task;
}

async function withQueue<Result>(
  options: DatabaseOption,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  try {
    return await withDatabase(existing(databaseSetting(options)), work);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === noSuchTable)
      throw new UserError(
        'The database has no queue yet: `countersign start` makes it; or is it another database?',
        2,
      );
    throw error;
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const noSuchTable = '42P01';

function inJson(tasks: readonly ListedTask[]): string {
  const shown = tasks.map(({ id, name, error, ...task }) => ({
    id,
    task: name,
    ...task,
    error: error && clean(error),
  }));
  return `${JSON.stringify(shown, null, 2)}\n`;
}

const words: Readonly<Record<TaskState, string>> = {
  givenUp: 'given up',
  again: 'tried again',
  running: 'running',
  due: 'due',
  later: 'later',
};

function listing(tasks: readonly ListedTask[], none: string): string {
  if (tasks.length === 0) return none;
  return columns(
    tasks.map(({ id, name, key, state, attempts, next, since, error }) => [
      words[state],
      id,
      `${name} ${key}`,
      attempts === 1 ? '1 attempt' : `${attempts} attempts`,
      next ? `next ${stamp(next)}` : `since ${stamp(since)}`,
      clean(error ?? '').split('\n', 1)[0] ?? '',
    ]),
  );
}

/** What a target or GitHub said may quote a password. */
const clean = redacting([]);

/** To the second. */
function stamp(time: Date): string {
  return time.toISOString().replace(/\.\d+/, '');
}
