import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adopt } from '../../crash/adopt.ts';
import { branchRules, organizationSeed, requests } from '../../crash/organization.ts';
import { readConfig } from '../../src/config.ts';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { startSandbox, type World } from '../../src/sandbox/start.ts';
import { environmentFor, startBenchApp, type AppSetting, type BenchApp } from './app.ts';
import { gateTo, type GitHubGate } from './github-gate.ts';
import { makeTarget } from './target.ts';
import type { BenchServer } from './server.ts';

/** A GitHub, the app, its database and a target; somebody new for every request. */
export interface Stage {
  readonly world: World;
  readonly app: BenchApp;
  readonly gate: GitHubGate;
  readonly database: Database;
  readonly target: { readonly url: string; readonly role: string };
  /** The nth of those who may ask. */
  asker(nth: number): string;
  /** Opens the pull request of one of them: it asks for the one role that there is. */
  asks(who: string, lasts: string): Promise<{ number: number; headSha: string }>;
  /** Resolves when every webhook was answered and the app has nothing left to do. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  /** How many people may ask. */
  readonly askers: number;
  /** How much later GitHub answers, in milliseconds. */
  readonly delay: number;
}

export async function openStage(
  { server, databaseUrl, suffix }: BenchServer,
  { askers, delay }: StageOptions,
): Promise<Stage> {
  const asker = (nth: number) => `asker-${nth}`;
  const logins = Array.from({ length: askers }, (_, nth) => asker(nth));
  const [sandbox, target] = await Promise.all([
    startSandbox({ limits: { requestsPerHour: 10_000_000 } }),
    makeTarget(server, suffix, logins),
  ]);
  const seed = organizationSeed(suffix);
  const world = await sandbox.seed({
    ...seed,
    people: {
      ...seed.people,
      ...Object.fromEntries(logins.map((login) => [login, { teams: ['engineering'] }])),
    },
  });
  world.protect('main', branchRules(world.app.id));
  world.protect('countersign/records', { pushers: { apps: ['countersign'] } });
  const gate = await gateTo(sandbox.url, delay);
  const setting: AppSetting = {
    identity: world.app,
    repositoryId: world.repository.id,
    databaseUrl,
    targetUrl: target.url,
    githubUrl: gate.url,
  };
  await adoptAs(setting, world);
  const database = await openDatabase({ url: databaseUrl });
  const app = await startBenchApp(setting);
  world.deliverTo(`${app.url}/api/github/webhooks`);
  const stage: Stage = {
    world,
    app,
    gate,
    database,
    target,
    asker,
    async asks(who, lasts) {
      const { number, head } = await world.person(who).opensPullRequest({
        title: 'Access',
        branch: `ask/${who}`,
        files: { [`access-requests/${who}.yaml`]: requests('database', { user: who, lasts }) },
      });
      return { number, headSha: head.sha };
    },
    async settled() {
      for (let quiet = 0; quiet < 2;) {
        const sent = world.deliveries().length;
        await world.settled();
        quiet = (await app.process.isIdle()) && sent === world.deliveries().length ? quiet + 1 : 0;
        if (quiet < 2) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async close() {
      await app.stop();
      await database.close();
      await gate.close();
      await sandbox.close();
      await target.drop();
    },
  };
  await stage.settled();
  gate.take();
  return stage;
}

/** As the app's own environment says. */
async function adoptAs(setting: AppSetting, world: World): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  try {
    const env = await environmentFor(setting, folder);
    await adopt(readConfig(env, { githubApiUrl: setting.githubUrl }), world);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
