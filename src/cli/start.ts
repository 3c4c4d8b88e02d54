import { Command } from 'commander';
import { environment, readConfig, type Config } from '../config.ts';
import { startApp, type RunningApp } from '../main.ts';
import { UserError } from './exit.ts';

/** What the command line says in the place of the environment. */
interface ConfigOption {
  readonly data?: string | undefined;
  readonly github?: string | undefined;
}

interface Options {
  readonly embedded?: true;
  readonly data?: string;
  readonly github?: string;
}

export function startCommand(): Command {
  return new Command('start')
    .description('run the app')
    .option('--embedded', 'try it out on an embedded database, which needs no server')
    .option('--data <dir>', 'the folder of the embedded database (with --embedded)')
    .option('--github <url>', 'the API of the GitHub to work with, instead of GITHUB_API_URL')
    .addHelpText(
      'after',
      `
Settings come from the environment: DATABASE_URL, APP_ID, PRIVATE_KEY (or PRIVATE_KEY_FILE), WEBHOOK_SECRET, and
COUNTERSIGN_CONFIG, which names the operator's file (default: countersign.yaml). All that is missing is named at once.

Examples:
  DATABASE_URL=postgres://countersign@db/countersign countersign start
  countersign start --embedded --data ./data
  countersign start --embedded --data ./data --github http://127.0.0.1:4000    # a sandbox on this machine`,
    )
    .action(async ({ embedded, data, github }: Options) => {
      if (embedded && data === undefined)
        throw new UserError('--embedded needs --data DIR: where the database is kept.');
      if (!embedded && data !== undefined) throw new UserError('--data goes with --embedded.');
      const config = configOrReasons({ data, github });
      if (embedded)
        process.stderr.write(
          'The embedded database is for trying it out: a power cut may lose what was stored last.\n',
        );
      // GitHub asks for a second between writes; a sandbox on this machine does not.
      stopOnSignal(await startApp(config, { throttled: config.githubApiUrl.startsWith('https:') }));
    });
}

/** The configuration, with an embedded database and another GitHub where they are named; or all that is wrong with it, and this exit code. */
export function configOrReasons({ data, github }: ConfigOption, exitCode = 1): Config {
  const config = readConfig(environment, {
    ...(data === undefined ? {} : { embedded: { dataDir: data } }),
    ...(github === undefined ? {} : { githubApiUrl: github }),
  });
  if ('problems' in config)
    throw new UserError(
      `Countersign can't run as it is set up:\n${config.problems.map((problem) => `  - ${problem}`).join('\n')}`,
      exitCode,
    );
  return config;
}

/** Stops gracefully on the first signal; a second one ends the process at once. */
function stopOnSignal(app: RunningApp): void {
  const stop = () => {
    app.stop().catch((error: unknown) => {
      app.parts.log.error({ err: error }, 'the app did not stop cleanly');
      process.exitCode = 1;
    });
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
