import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { startSandbox } from '../sandbox/start.ts';
import { organizationSeed } from './stage/organization.ts';
import { listeningOn, portNumber } from './stage/port.ts';

interface Options {
  readonly port: string;
  readonly json?: true;
  readonly webhooks?: string;
}

export function sandboxCommand(): Command {
  return new Command('sandbox')
    .description('a GitHub on this machine, with an organization to play with')
    .option('--port <n>', 'the port to listen on; 0 takes a free one', '0')
    .option('--webhooks <url>', "where the App's webhooks go")
    .option('--json', 'print one line of JSON when it is ready')
    .addHelpText(
      'after',
      `
It listens on 127.0.0.1 only, makes its keys anew at each start and forgets everything when it stops.

Its address in a browser shows repositories and pull requests, where you act as any of the people.

Examples:
  countersign sandbox
  countersign sandbox --port 4000 --webhooks http://127.0.0.1:3000/api/github/webhooks
  countersign sandbox --json`,
    )
    .action(async ({ port, json, webhooks }: Options) => {
      const number = portNumber(port);
      const sandbox = await listeningOn(number, () => startSandbox({ port: number }));
      const seed = await organizationSeed();
      const world = await sandbox.seed(seed);
      if (webhooks !== undefined) world.deliverTo(webhooks);
      const keyFolder = await mkdtemp(join(tmpdir(), 'countersign-sandbox-'));
      const privateKeyFile = join(keyFolder, 'app.pem');
      await writeFile(privateKeyFile, world.app.privateKey, { mode: 0o600 });
      const { id, webhookSecret, installationId } = world.app;
      const ready = {
        url: sandbox.url,
        organization: world.organization.login,
        repository: world.repository.fullName,
        people: Object.entries(seed.people).map(([login, { teams = [] }]) => ({
          login,
          token: world.person(login).token,
          teams,
        })),
        app: { id, privateKeyFile, webhookSecret, installationId },
      };
      const tip = (await world.git('rev-parse', world.repository.defaultBranch)).trim();
      process.stdout.write(
        json
          ? `${JSON.stringify(ready)}\n`
          : welcome({ ...ready, repositoryId: world.repository.id, tip, webhooks }),
      );
      const stop = () => void Promise.all([sandbox.close(), rm(keyFolder, { recursive: true })]);
      process.once('SIGINT', stop);
      process.once('SIGTERM', stop);
    });
}

interface Ready {
  readonly url: string;
  readonly repository: string;
  readonly people: readonly {
    readonly login: string;
    readonly token: string;
    readonly teams: readonly string[];
  }[];
  readonly app: { readonly id: number; readonly privateKeyFile: string; readonly webhookSecret: string };
}

interface Told extends Ready {
  readonly repositoryId: number;
  /** The tip of the default branch. */
  readonly tip: string;
  readonly webhooks: string | undefined;
}

function welcome({ url, repository, people, app, repositoryId, tip, webhooks }: Told): string {
  return `A GitHub on this machine: ${url}
In a browser, this address shows its pages, where you act as any of these people.

The requests repository: ${repository} (id ${repositoryId})

People and their tokens:
${people.map(({ login, token, teams }) => `  ${login.padEnd(8)} ${token}  ${teams.join(', ')}`).join('\n')}

\`countersign try\` starts a GitHub, the app and a database to ask access to, all at once. To run the app against this one instead${
    webhooks === undefined
      ? ',\nstart this again with --port 4000 --webhooks http://127.0.0.1:3000/api/github/webhooks, and then:'
      : ':'
  }
  export APP_ID=${app.id} PRIVATE_KEY_FILE=${app.privateKeyFile} WEBHOOK_SECRET=${app.webhookSecret}
  export REQUESTS_REPOSITORY_ID=${repositoryId} ORDERS_DB_URL=postgres://…
  countersign adopt ${tip} --data ./data --github ${url}
  countersign start --embedded --data ./data --github ${url}

Stop it with Ctrl-C.
`;
}
