import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { readConfig } from '../../config.ts';
import { openMigrated } from '../../database/migrate.ts';
import type { Clock } from '../../jobs/clock.ts';
import { adoptVersion } from '../../jobs/adopt-version.ts';
import { startApp, type RunningApp } from '../../main.ts';
import { startSandbox, type World } from '../../sandbox/start.ts';
import { branchRules, organizationSeed, recordsRules } from './organization.ts';
import { openTarget, type Target } from './target.ts';

/** Everything that a request is played on: a GitHub, the app, and the database to which access is asked for. */
export interface Stage<ItsClock extends Clock = Clock> {
  readonly clock: ItsClock;
  readonly world: World;
  readonly app: RunningApp;
  readonly target: Target;
  readonly githubUrl: string;
  /** The commit whose policies are in force. */
  readonly adopted: string;
  /** Resolves when every webhook was answered and every task that followed is done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const operatorFile = fileURLToPath(new URL('../../../countersign.yaml', import.meta.url));

export interface StageOptions<ItsClock extends Clock> {
  /** The clock of GitHub and of the app. */
  readonly clock: ItsClock;
  readonly log: Logger;
  /** Where GitHub listens; 0, the default: any free port. */
  readonly port?: number | undefined;
  /** The app's database, which is kept; by default it is a temporary one. */
  readonly dataDir?: string | undefined;
}

/**
 * Sets the stage: sandbox, target and app, on embedded parts alone, with the starter set of policies in force. The app is started as it always
 * is: it signs in with its id and private key, takes signed webhooks over HTTP, and keeps its database in a folder.
 */
export async function setStage<ItsClock extends Clock>({
  clock,
  log,
  port = 0,
  dataDir: kept,
}: StageOptions<ItsClock>): Promise<Stage<ItsClock>> {
  const sandbox = await startSandbox({ port, now: () => new Date(clock.now()) });
  const [seed, dataDir] = await Promise.all([
    organizationSeed(),
    kept ?? mkdtemp(join(tmpdir(), 'countersign-stage-')),
  ]);
  const target = await openTarget(Object.keys(seed.people));
  const world = await sandbox.seed(seed);
  const config = readConfig(
    {
      APP_ID: String(world.app.id),
      PRIVATE_KEY: world.app.privateKey,
      WEBHOOK_SECRET: world.app.webhookSecret,
      GITHUB_API_URL: sandbox.url,
      COUNTERSIGN_CONFIG: operatorFile,
      REQUESTS_REPOSITORY_ID: String(world.repository.id),
      ORDERS_DB_URL: 'postgres://countersign@orders.example/orders',
      HOST: '127.0.0.1',
      PORT: '0',
    },
    { embedded: { dataDir } },
  );
  if ('problems' in config) throw new Error(`the app can't start: ${config.problems.join('; ')}`);
  const app = await startApp(config, {
    clock,
    database: await openMigrated({ dataDir, image: target.image }),
    log,
    throttled: false,
    targets: { sql: async () => target.operator },
  });
  world.deliverTo(`${app.url}/api/github/webhooks`);
  world.protect(world.repository.defaultBranch, branchRules(world.app.id));
  world.protect('countersign/records', recordsRules);

  const tip = (await world.git('rev-parse', 'main')).trim();
  const adoption = await adoptVersion(app.parts, world.repository.id, tip);
  if (!adoption.adopted) throw new Error(`the starter set was not accepted: ${JSON.stringify(adoption)}`);

  async function settled(): Promise<void> {
    let before = -1;
    while (before !== world.deliveries().length) {
      before = world.deliveries().length;
      await world.settled();
      await app.idle();
    }
  }
  await settled();
  return {
    clock,
    world,
    app,
    target,
    githubUrl: sandbox.url,
    adopted: tip,
    settled,
    async close() {
      await world.settled();
      await app.stop();
      await Promise.all([sandbox.close(), target.close()]);
      if (kept === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}
