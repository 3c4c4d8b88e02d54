import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Environment } from '../src/config.ts';
import { startSandbox, type World } from '../src/sandbox/start.ts';
import { adopt } from './adopt.ts';
import { startAppProcess, type AppProcess } from './app-process.ts';
import type { AppDatabase, Databases } from './database.ts';
import { freePort } from './free-port.ts';
import { branchRules, operatorFile, organizationSeed, type TargetKind } from './organization.ts';
import type { Target } from './target.ts';

export interface Scene {
  readonly databases: Databases;
  readonly kind: TargetKind;
  readonly openTarget: (world: World, suffix: string) => Promise<Target>;
}

/** All that the app works with: a GitHub whose policies are in force, its database and a target. */
export interface Ground {
  readonly githubUrl: string;
  readonly world: World;
  /** What sets this run's names in the target apart. */
  readonly suffix: string;
  readonly target: Target;
  readonly database: AppDatabase;
  /** Starts the app in a process of its own, at these addresses of all that it works with. */
  startsApp(reach: Reach): Promise<StartedApp>;
  /** Ends when every app has. */
  close(): Promise<void>;
}

/** Where the app finds what it works with, straight or by a proxy; no database server: its database is embedded. */
export interface Reach {
  readonly githubUrl: string;
  readonly targetUrl: string | null;
  readonly databaseUrl: string | null;
}

export type StartedApp = AppProcess & { readonly webhooksUrl: string };

export async function openGround({ databases, openTarget }: Scene): Promise<Ground> {
  const suffix = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'));
  const sandbox = await startSandbox();
  const world = await sandbox.seed(organizationSeed(suffix));
  world.protect('main', branchRules(world.app.id));
  world.protect('countersign/records', { pushers: { apps: ['countersign'] } });
  const [target, database] = await Promise.all([openTarget(world, suffix), databases.fresh()]);
  const { setting } = database;

  const operatorPath = join(folder, 'countersign.yaml');
  await writeFile(operatorPath, operatorFile);
  const environment = ({ targetUrl, databaseUrl }: Reach): Environment => ({
    APP_ID: String(world.app.id),
    PRIVATE_KEY: world.app.privateKey,
    WEBHOOK_SECRET: world.app.webhookSecret,
    COUNTERSIGN_CONFIG: operatorPath,
    REQUESTS_REPOSITORY_ID: String(world.repository.id),
    LOG_LEVEL: 'warn',
    ORDERS_DB_URL: targetUrl ?? 'postgres://nobody@127.0.0.1:1/none',
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    NODE_COMPILE_CACHE: join(tmpdir(), 'countersign-crash-compiled'),
  });
  const databaseUrl = 'url' in setting ? setting.url : null;
  const straight: Reach = { githubUrl: sandbox.url, targetUrl: target.url, databaseUrl };
  const config = readConfig(environment(straight), {
    githubApiUrl: sandbox.url,
    ...('dataDir' in setting ? { embedded: setting } : {}),
  });
  await inTurn(() => adopt(config, world));
  return {
    githubUrl: sandbox.url,
    world,
    suffix,
    target,
    database,
    async startsApp(reach) {
      const port = await freePort();
      const app = await startAppProcess({
        args: [
          '--github',
          reach.githubUrl,
          ...('dataDir' in setting ? ['--embedded', '--data', setting.dataDir] : []),
        ],
        env: environment(reach),
        port,
        betweenLives: () => database.timePasses(),
      });
      return { ...app, webhooksUrl: `http://127.0.0.1:${port}/api/github/webhooks` };
    },
    async close() {
      await sandbox.close();
      await Promise.all([target.close(), database.drop(), rm(folder, { recursive: true, force: true })]);
    },
  };
}

let last: Promise<unknown> = Promise.resolve();

/** Octokit takes two installations of one id for the same one while both ask for a token in one process. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}
