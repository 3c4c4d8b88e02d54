import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { pino } from 'pino';
import { systemClock } from '../jobs/clock.ts';
import { UserError } from './exit.ts';
import { listeningOn, portNumber } from './stage/port.ts';
import { setStage } from './stage/stage.ts';
import { newcomersPage } from './try/newcomers-page.ts';
import { watch } from './try/watch.ts';

interface Options {
  readonly port: string;
  readonly data?: string;
  readonly verbose?: true;
}

export function tryCommand(): Command {
  return new Command('try')
    .description('a GitHub and the app together on this machine, to ask for access by hand')
    .option('--port <n>', 'the port of the GitHub; 0 takes a free one', '0')
    .option(
      '--data <dir>',
      "a new folder in which the app's database is kept for later (default: it is thrown away)",
    )
    .option('--verbose', "print the app's log to standard error")
    .addHelpText(
      'after',
      `
It starts a GitHub with an organization, the app, and an orders database to which nobody has access, and puts the starter set of policies into
force. You open, approve and merge pull requests in the browser or with git; the terminal tells what comes of it, and who holds what in the orders
database. The clock is the real one, so ask for minutes. It listens on 127.0.0.1 only and forgets everything when it stops.

Examples:
  countersign try
  countersign try --port 4000
  countersign try --data ./tried    # and when it has stopped: countersign grants --data ./tried`,
    )
    .action(async ({ port: text, data, verbose }: Options) => {
      const port = portNumber(text);
      if (data !== undefined && existsSync(join(data, 'postgresql')))
        throw new UserError(
          `There is a database in ${data} already, of a GitHub that is gone: name a new folder with --data.`,
          2,
        );
      process.stderr.write(
        'Starting a GitHub on this machine, the app, its database, and the orders database …\n',
      );
      const stage = await listeningOn(port, () =>
        setStage({
          clock: systemClock,
          log: pino({ level: verbose ? 'info' : 'error' }, pino.destination(2)),
          port,
          dataDir: data,
        }),
      );
      const write = (line: string) => void process.stdout.write(`${line}\n`);
      write(newcomersPage(stage));
      const watching = watch(stage, write);
      const stop = () => {
        write('Stopping …');
        Promise.all([watching.stop(), stage.close()]).catch((error: unknown) => {
          process.stderr.write(`It did not stop cleanly: ${(error as Error).message}\n`);
          process.exitCode = 1;
        });
      };
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });
}
