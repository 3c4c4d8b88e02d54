import { openDatabase, type Database } from '../src/database/connect.ts';
import type { World } from '../src/sandbox/start.ts';
import { githubProxy } from './github-proxy.ts';
import { openGround, type Scene, type StartedApp } from './ground.ts';
import { team, type TargetKind } from './organization.ts';
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

const patience = 40_000;

export async function openStage(scene: Scene, places: readonly Place[]): Promise<Stage> {
  const ground = await openGround(scene);
  const { world, suffix, target, database } = ground;
  const { setting } = database;
  let app: StartedApp | undefined;
  const trap = openTrap(places, () => app?.kill());
  const github = await githubProxy(ground.githubUrl, (path) => path.includes(`/teams/${team}`), trap);
  const closing: (() => Promise<void>)[] = [() => github.close()];
  /** The same address, with the proxy in between. */
  async function watched(url: string | null, watching: typeof commits): Promise<string | null> {
    if (url === null) return null;
    const proxy = await postgresProxy(url, watching, trap);
    closing.push(() => proxy.close());
    return proxy.url;
  }

  app = await ground.startsApp({
    githubUrl: github.url,
    targetUrl: await watched(target.url, connectorCalls),
    databaseUrl: await watched('url' in setting ? setting.url : null, commits),
  });
  world.deliverTo(app.webhooksUrl);
  const running = app;
  let stopped = false;

  const stage: Stage = {
    world,
    kind: scene.kind,
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
      await ground.close();
    },
  };
  await stage.settled();
  trap.arm();
  return stage;
}
