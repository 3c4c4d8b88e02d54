import { Command } from 'commander';
import { embeddedDatabases, serverDatabases, type Databases } from './database.ts';
import { stories } from './life.ts';
import { crashMatrix, type Outcome } from './matrix.ts';
import { howToGetOne, openPostgres } from './postgres-server.ts';
import { tableOf } from './report.ts';
import type { Scene } from './ground.ts';
import { databaseTarget, teamTarget } from './target.ts';

interface Options {
  readonly places: number;
  readonly lanes: number;
  readonly at: string;
  readonly embedded?: true;
  readonly json?: true;
}

const whole = (text: string): number => {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new Error(`${text} is no number of them`);
  return Number(text);
};

// So that nothing that was started outlives an interruption.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

await new Command('npm run crash --')
  .description(
    'kills the app before and after points in the life of a request, and compares how it ends with an undisturbed run',
  )
  .option('--places <count>', 'how many places to kill it at', whole, 60)
  .option('--lanes <count>', 'how many runs at the same time', whole, 2)
  .option('--at <text>', 'of these only those in whose line this text stands', '')
  .option('--embedded', 'on embedded databases, which need no server; what they commit is not seen')
  .option('--json', 'end with one line of JSON')
  .action(async ({ places, lanes, at, embedded, json }: Options) => {
    const server = embedded ? null : await openPostgres();
    if (!embedded && !server) {
      process.stderr.write(`${howToGetOne}\nOr try \`npm run crash -- --embedded\`, which needs none.\n`);
      process.exitCode = 2;
      return;
    }
    const databases: Databases = server ? await serverDatabases(server) : await embeddedDatabases();
    const scene: Scene = server
      ? { databases, kind: 'database', openTarget: databaseTarget(server) }
      : { databases, kind: 'team', openTarget: teamTarget };
    try {
      const outcomes = await crashMatrix({
        scene,
        stories: shared(places),
        lanes,
        at,
        tell: (line) => void process.stdout.write(`${line}\n`),
      });
      report(outcomes, json ?? false);
    } finally {
      await databases.close();
      await server?.close();
    }
  })
  .parseAsync();

/** Half of the places for the longest story. */
function shared(places: number) {
  const [longest, ...others] = stories;
  if (!longest) return [];
  const each = Math.floor(places / 2 / others.length);
  return [
    { story: longest, places: places - each * others.length },
    ...others.map((story) => ({ story, places: each })),
  ].filter((share) => share.places > 0);
}

function report(outcomes: readonly Outcome[], json: boolean): void {
  const same = outcomes.filter(({ differences }) => differences.length === 0).length;
  if (same < outcomes.length) process.exitCode = 1;
  process.stdout.write(`\n${tableOf(outcomes)}\n`);
  process.stdout.write(
    json
      ? `${JSON.stringify({ places: outcomes.length, same })}\n`
      : `${same} of ${outcomes.length} ended as an undisturbed run does.\n`,
  );
}
