import type { DestinationStream, Logger } from 'pino';
import { Probot } from 'probot';
import { countersign } from './app.ts';
import { secretsIn, type Config } from './config.ts';
import { openConnector, type ConnectionConfig } from './connectors/registry.ts';
import { watched } from './connectors/watched.ts';
import type { Database } from './database/connect.ts';
import { openMigrated } from './database/migrate.ts';
import { gitReader } from './github/git-objects.ts';
import { clientClass } from './github/client.ts';
import { openOrganization, openRepository } from './github/installation.ts';
import { LimitReached } from './github/rate-limits.ts';
import { systemClock, type Clock } from './jobs/clock.ts';
import { expiryWatch } from './jobs/expiry-watch.ts';
import { handlers } from './jobs/handlers.ts';
import { openIntake } from './jobs/intake.ts';
import { openLog } from './jobs/log.ts';
import { openMeters } from './jobs/meters.ts';
import type { Parts, Workplace } from './jobs/parts.ts';
import { openQueue } from './jobs/queue.ts';
import { rounds } from './jobs/rounds.ts';
import { early, gathered, neverGivenUp, urgent, type Task } from './jobs/tasks.ts';
import { traced } from './trace.ts';
import { vitalsOf } from './jobs/vitals.ts';
import { healthPages } from './web/health.ts';
import { serve } from './web/server.ts';
import { webhooks, type Webhook } from './web/webhooks.ts';

/** What a try-out or a test puts in the place of the real thing. */
export interface Seams {
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Where the log goes, instead of standard output. */
  readonly logTo?: DestinationStream;
  /** An open database, up to date, which closes with the app. */
  readonly database?: Database;
  /** GitHub asks for a second between writes; a sandbox does not. */
  readonly throttled?: boolean;
  /** Whether to look for what no webhook told; a test that counts calls does without. */
  readonly sweeps?: boolean;
  /** How connectors reach a target. */
  readonly targets?: Parameters<typeof openConnector>[1];
}

/** The parts without anything that runs by itself: what a command needs to do one thing. */
export interface Tools {
  readonly parts: Parts;
  close(): Promise<void>;
}

export interface RunningApp {
  readonly url: string;
  readonly parts: Parts;
  /** Resolves when nothing that is due is left undone. */
  idle(): Promise<void>;
  /** Takes no more webhooks, finishes the tasks under way and closes every connection. */
  stop(): Promise<void>;
}

export async function openTools(config: Config, seams: Seams = {}): Promise<Tools> {
  // Standard output is the command's own.
  const { parts, close } = await build({ ...config, logLevel: 'warn' }, { logTo: process.stderr, ...seams });
  return { parts, close };
}

/** Starts the app: tasks first, so that whatever came due meanwhile is done, then webhooks. */
export async function startApp(config: Config, seams: Seams = {}): Promise<RunningApp> {
  const { parts, database, queue, watch, probot, meters, close } = await build(config, seams);
  const { log } = parts;
  const round = rounds(parts, config.repositories);
  const takeIn = openIntake(parts);
  await probot.load(
    countersign(config.repositories, async (delivery, tasks) => {
      await takeIn(delivery, tasks);
      const { event, action } = delivery;
      log.info({ event, action, tasks: tasks.map(({ name }) => name) }, 'a webhook was accepted');
    }),
  );
  await queue.work(handlers(parts));
  watch.start();
  const deafen = database.hearOfGrants({
    heard: () => watch.wake(),
    lost: (error) =>
      log.warn(
        { err: error },
        'what other processes store is heard of within a minute only, until the database can be listened to again',
      ),
  });
  if (seams.sweeps ?? true) round.start();
  const receive = async (webhook: Webhook) => {
    meters.delivered(webhook.name);
    await traced({ delivery: webhook.id }, () =>
      probot.receive(webhook as Parameters<typeof probot.receive>[0]),
    );
  };
  const server = await serve(
    [
      healthPages(vitalsOf(parts, meters)),
      webhooks(config.app.webhookSecrets, receive, () => meters.refused()),
    ],
    config,
    (error) => log.error({ err: error }, 'a request failed'),
  );
  log.info({ url: server.url }, 'Countersign is listening');
  return {
    url: server.url,
    parts,
    async idle() {
      await Promise.all([watch.settled(), round.settled()]);
      await queue.idle();
    },
    async stop() {
      await server.close();
      await round.stop();
      await deafen();
      await watch.stop();
      await close();
    },
  };
}

/** Opens the database, brings it up to date, and puts the parts together. */
async function build(config: Config, seams: Seams) {
  const { clock = systemClock, throttled = true } = seams;
  const log = seams.log ?? openLog(config.logLevel, secretsIn(config), seams.logTo);
  const database = seams.database ?? (await openMigrated(config.database));
  const { db } = database;
  const meters = openMeters(config.connections.keys());
  const queue = await openQueue<Task>(database, {
    log,
    neverGivenUp,
    urgent,
    early,
    gathered,
    attempted: (task, outcome) => meters.attempted(task, outcome),
    pauseFor: (error) => (error instanceof LimitReached ? error.until - clock.now() : undefined),
  });
  const watch = expiryWatch({ db, queue, clock, log });
  const probot = new Probot({
    appId: config.app.id,
    privateKey: config.app.privateKey,
    secret: config.app.webhookSecrets[0],
    baseUrl: config.githubApiUrl,
    Octokit: clientClass({
      throttled,
      now: () => clock.now(),
      callsLeft: (installation, resource, left) => meters.callsLeft(installation, resource, left),
    }),
    log,
  });
  const connectors = openedOnce(async (name: string, forget) => {
    const connector = await openConnector(connectionNamed(config, name), {
      octokit: (organization) => openOrganization(probot, organization, forget),
      ...seams.targets,
    });
    return watched(connector, (verb, error) => {
      const level = verb === 'observe' ? 'debug' : 'info';
      if (error === undefined) return log[level]({ connection: name, verb }, 'the target was asked');
      meters.connectorFailed(name);
      log.warn({ connection: name, verb, err: error }, 'the target could not be asked');
    });
  });
  const parts: Parts = {
    db,
    queue,
    clock,
    log,
    removalLimit: config.removalLimit,
    workplace: openedOnce((id: number, forget) => openWorkplace(probot, config, id, forget)).open,
    asApp: () => probot.auth(),
    connector: connectors.open,
    grantsMoved: () => watch.wake(),
  };
  const close = async () => {
    await queue.stop();
    for (const connector of await connectors.opened()) await connector.close();
    await database.close();
  };
  return { parts, database, queue, watch, probot, meters, close };
}

async function openWorkplace(
  probot: Probot,
  config: Config,
  id: number,
  signedOut: () => void,
): Promise<Workplace> {
  const binding = config.repositories.find((bound) => bound.id === id);
  if (!binding) throw new Error(`the repository ${id} is not bound`);
  const repository = await openRepository(probot, config.app.id, binding, signedOut);
  const connections = new Map(
    binding.connections.map((name) => {
      const { connector, entitlements } = connectionNamed(config, name);
      return [name, { connector, entitlements }];
    }),
  );
  return { binding, repository, git: gitReader(repository), connections };
}

function connectionNamed({ connections }: Config, name: string): ConnectionConfig {
  const connection = connections.get(name);
  if (!connection) throw new Error(`the connection ${name} is not in the operator's file`);
  return connection;
}

/** Opens each thing once and keeps it until it is to be forgotten; what could not be opened is tried again when it is asked for again. */
function openedOnce<Key, Thing>(openThing: (key: Key, forget: () => void) => Promise<Thing>) {
  const things = new Map<Key, Promise<Thing>>();
  return {
    open: (key: Key): Promise<Thing> => {
      const known = things.get(key);
      if (known) return known;
      const forget = () => {
        if (things.get(key) === thing) things.delete(key);
      };
      const thing = openThing(key, forget);
      things.set(key, thing);
      thing.catch(forget);
      return thing;
    },
    opened: () => Promise.all(things.values()),
  };
}
