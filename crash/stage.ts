import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Environment } from '../src/config.ts';
import { openDatabase, type Database } from '../src/database/connect.ts';
import { adoptVersion } from '../src/jobs/adopt-version.ts';
import { openTools } from '../src/main.ts';
import { startSandbox, type World } from '../src/sandbox/start.ts';
import { startAppProcess, type AppProcess } from './app-process.ts';
import type { AppDatabase, Databases } from './database.ts';
import { freePort } from './free-port.ts';
import { githubProxy } from './github-proxy.ts';
import { branchRules, operatorFile, organizationSeed, team, type TargetKind } from './organization.ts';
import { postgresProxy } from './postgres-proxy.ts';
import { commits, connectorCalls } from './statements.ts';
import type { Target } from './target.ts';
import { openTrap, type Place, type Trap } from './trap.ts';

/** Where every run plays: a GitHub, the app as a process of its own, its database and a target, with a trap between them. */
export interface Stage {
  readonly world: World;
  readonly kind: TargetKind;
  /** What sets this run's names in the target apart. */
  readonly suffix: string;
  readonly target: Target;
  readonly trap: Trap;
  /** Resolves when every webhook was sent and the app has nothing left to do, killed meanwhile or not. */
  settled(): Promise<void>;
  /** The last that the app wrote. */
  said(): string;
  /** Lets pass what the app waits for to do several things at once, where that can be done from outside. */
  secondsPass(): Promise<void>;
  /** Stops the app, which finishes what it has begun, and opens its database. */
  leaves(): Promise<Database>;
  close(): Promise<void>;
}

export interface Scene {
  readonly databases: Databases;
  readonly kind: TargetKind;
  readonly openTarget: (world: World, suffix: string) => Promise<Target>;
}

const patience = 40_000;

export async function openStage(
  { databases, kind, openTarget }: Scene,
  places: readonly Place[],
): Promise<Stage> {
  const suffix = randomBytes(4).toString('hex');
  const folder = await mkdtemp(join(tmpdir(), 'countersign-crash-'));
  const sandbox = await startSandbox();
  const world = await sandbox.seed(organizationSeed(suffix));
  world.protect('main', branchRules(world.app.id));
  world.protect('countersign/records', { pushers: { apps: ['countersign'] } });
  const [target, database, port] = await Promise.all([
    openTarget(world, suffix),
    databases.fresh(),
    freePort(),
  ]);

  let app: AppProcess | undefined;
  const trap = openTrap(places, () => app?.kill());
  const github = await githubProxy(sandbox.url, (path) => path.includes(`/teams/${team}`), trap);
  const closing: (() => Promise<void>)[] = [() => github.close()];
  /** The same address, with the proxy in between. */
  async function watched(url: string, watching: typeof commits): Promise<string> {
    const { hostname: host, port: number } = new URL(url);
    const proxy = await postgresProxy({ host, port: Number(number || 5432) }, watching, trap);
    closing.push(() => proxy.close());
    return Object.assign(new URL(url), { host: `127.0.0.1:${proxy.port}` }).href;
  }

  const operatorPath = join(folder, 'countersign.yaml');
  await writeFile(operatorPath, operatorFile);
  const { setting } = database;
  const env: Environment = {
    APP_ID: String(world.app.id),
    PRIVATE_KEY: world.app.privateKey,
    WEBHOOK_SECRET: world.app.webhookSecret,
    COUNTERSIGN_CONFIG: operatorPath,
    REQUESTS_REPOSITORY_ID: String(world.repository.id),
    LOG_LEVEL: 'warn',
    ORDERS_DB_URL:
      target.url === null ? 'postgres://nobody@127.0.0.1:1/none' : await watched(target.url, connectorCalls),
    ...('url' in setting ? { DATABASE_URL: await watched(setting.url, commits) } : {}),
    NODE_COMPILE_CACHE: join(tmpdir(), 'countersign-crash-compiled'),
  };
  await inTurn(() => adopt(env, database, sandbox.url, world));
  app = await startAppProcess({
    args: [
      '--github',
      github.url,
      ...('dataDir' in setting ? ['--embedded', '--data', setting.dataDir] : []),
    ],
    env,
    port,
    betweenLives: () => database.timePasses(),
  });
  world.deliverTo(`http://127.0.0.1:${port}/api/github/webhooks`);
  const running = app;
  let stopped = false;

  const stage: Stage = {
    world,
    kind,
    suffix,
    target,
    trap,
    async settled() {
      const late = Date.now() + patience;
      for (let quiet = 0; quiet < 2;) {
        const sent = world.deliveries().length;
        await world.settled();
        const isQuiet = (await running.isIdle()) && sent === world.deliveries().length;
        quiet = isQuiet ? quiet + 1 : 0;
        if (Date.now() > late) throw new Error('the app does not come to rest');
        if (quiet < 2) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    said: () => running.said(),
    async secondsPass() {
      await database.secondsPass();
      await stage.settled();
    },
    async leaves() {
      do await stage.settled();
      while (!(await running.stop()));
      stopped = true;
      return openDatabase(setting);
    },
    async close() {
      if (!stopped) await running.end();
      for (const close of closing) await close();
      await sandbox.close();
      await Promise.all([target.close(), database.drop(), rm(folder, { recursive: true, force: true })]);
    },
  };
  await stage.settled();
  trap.arm();
  return stage;
}

/** What an operator does before the first start: puts the policies on the default branch into force. */
async function adopt(
  env: Environment,
  { setting }: AppDatabase,
  githubApiUrl: string,
  world: World,
): Promise<void> {
  const config = readConfig(
    { ...env, ...('url' in setting ? { DATABASE_URL: setting.url } : {}) },
    { githubApiUrl, ...('dataDir' in setting ? { embedded: setting } : {}) },
  );
  if ('problems' in config) throw new Error(`the app can't start: ${config.problems.join('; ')}`);
  const tools = await openTools(config, { throttled: false });
  try {
    const tip = (await world.git('rev-parse', 'main')).trim();
    const adoption = await adoptVersion(tools.parts, world.repository.id, tip);
    if (!adoption.adopted) throw new Error(`the policies were not adopted: ${JSON.stringify(adoption)}`);
  } finally {
    await tools.close();
  }
}

let last: Promise<unknown> = Promise.resolve();

/** Octokit takes two installations of one id for the same one while both ask for a token in one process. */
function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
  const done = last.then(work);
  last = done.catch(() => undefined);
  return done;
}
