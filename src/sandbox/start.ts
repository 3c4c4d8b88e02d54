import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { followUp } from './actions/automation.ts';
import { installAgain, publishInstalled, uninstall } from './actions/installations.ts';
import { actorFor, type Actor } from './actor.ts';
import { prepareAppKeys } from './app-keys.ts';
import { openFaults, type FaultPlan, type Faults, type StruckFault } from './model/faults.ts';
import { userByLogin, type GitHub } from './model/github.ts';
import { emptyGitHub } from './model/github-memory.ts';
import type { SizeLimits } from './model/limits.ts';
import type { Protection } from './model/protection.ts';
import { fullName } from './model/repository.ts';
import type { RateLimits } from './routes/rate-limit.ts';
import { peopleOf, type People } from './people.ts';
import { httpServer } from './routes/server.ts';
import { plant, plantApp, type Planted, type PlantedApp, type Seed } from './seed.ts';
import { openDeliveryQueue, type Delivery, type DeliveryQueue } from './webhooks/deliveries.ts';
import { publish } from './webhooks/publishing.ts';

export type { Actor, Answer, PullJson } from './actor.ts';
export type { FaultPlan, StruckFault } from './model/faults.ts';
export type { Protection } from './model/protection.ts';
export type { Seed } from './seed.ts';
export type { Delivery } from './webhooks/deliveries.ts';

/** Smaller ones make a test of what lies beyond them cheap. */
export type Limits = RateLimits & Partial<SizeLimits>;

export interface SandboxOptions {
  /** 0, the default: any free one. */
  port?: number;
  /** The story's clock; the machine's by default. */
  now?: () => Date;
  limits?: Limits;
}

/** A GitHub on this machine. */
export interface Sandbox {
  /** Base of the API, `http://127.0.0.1:PORT`. */
  url: string;
  seed(seed: Seed): Promise<World>;
  close(): Promise<void>;
}

/** What an app needs to know of itself. */
export interface AppKeys {
  id: number;
  slug: string;
  /** PEM, PKCS#1, as GitHub gives it. */
  privateKey: string;
  webhookSecret: string;
  installationId: number;
}

/** What a seed made, and the hands that act in it. */
export interface World {
  organization: { id: number; login: string };
  repository: { id: number; name: string; fullName: string; defaultBranch: string };
  app: AppKeys;
  /** Throws where nobody has that login. */
  person(login: string): Actor;
  /** Sets the app's webhook address. */
  deliverTo(url: string): void;
  /** Resolves once every webhook queued so far, and those caused meanwhile, was answered. */
  settled(): Promise<void>;
  /** What was sent, oldest first. */
  deliveries(): readonly Delivery[];
  protect(branch: string, rule: Protection): void;
  /** Renames, suspends, invites and removes people. */
  people: People;
  /** Lets requests and webhooks fail, or no longer (null). The list fills with what struck. */
  faults(plan: FaultPlan | null): readonly StruckFault[];
  /** Installs one more app on the repository, such as one that forges checks. */
  installApp(app: Seed['app']): Promise<AppKeys>;
  /** Takes the seed's app away: its tokens are worth nothing any more. */
  uninstallsApp(): void;
  /** Installs it again: under another id. */
  installsAppAgain(): Promise<void>;
  /** Runs git in the bare repository: its standard output. */
  git(...args: string[]): Promise<string>;
}

/** Starts a sandbox on loopback; its repositories live in a temporary folder until it is closed. */
export async function startSandbox({
  port = 0,
  now = () => new Date(),
  limits = {},
}: SandboxOptions = {}): Promise<Sandbox> {
  prepareAppKeys();
  let url = '';
  const github: GitHub = emptyGitHub(
    now,
    () => url,
    (state, event) => publish(state, queue, event),
    followUp,
  );
  github.limits = { ...github.limits, ...limits };
  const faults = openFaults();
  const queue = openDeliveryQueue(() => github.nextId(), faults);
  const server = await listen(httpServer(github, queue, faults, limits).fetch, port);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-sandbox-'));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async seed(seed) {
      const planted = await plant(github, seed, folder);
      await publishInstalled(github, planted.installation);
      return world(github, queue, faults, planted);
    },
    async close() {
      await queue.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await github.exclusively(() => Promise.resolve());
      await Promise.all([...github.repositories.values()].map(({ git }) => git.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listen(fetchApi: Parameters<typeof serve>[0]['fetch'], port: number) {
  return new Promise<Server>((resolve, reject) => {
    const server = serve({ fetch: fetchApi, port, hostname: '127.0.0.1' }, () => resolve(server as Server));
    server.once('error', reject);
  });
}

function world(github: GitHub, queue: DeliveryQueue, faults: Faults, planted: Planted): World {
  const { organization, repository, app, tokens } = planted;
  let { installation } = planted;
  return {
    organization: { id: organization.id, login: organization.login },
    repository: {
      id: repository.id,
      name: repository.name,
      fullName: fullName(repository),
      defaultBranch: repository.defaultBranch,
    },
    app: appKeys(planted),
    person(login) {
      const user = userByLogin(github, login);
      const token = user && tokens.get(user.id);
      if (!token) throw new Error(`nobody here is called ${login}: name them in the seed's people`);
      return actorFor(github, repository, user, token);
    },
    deliverTo(address) {
      app.webhook.url = address;
    },
    settled: () => queue.settled(),
    deliveries: () => queue.records(),
    protect(branch, rule) {
      repository.protection.set(branch, rule);
    },
    people: peopleOf(github, organization, tokens),
    faults: (plan) => faults.plan(plan),
    installApp: async (wanted) => appKeys(await plantApp(github, wanted, organization, repository)),
    uninstallsApp: () => uninstall(github, installation),
    async installsAppAgain() {
      installation = await installAgain(github, installation);
    },
    git: (...args) => repository.git.git(args),
  };
}

function appKeys({ app, installation, privateKey }: PlantedApp): AppKeys {
  return {
    id: app.id,
    slug: app.slug,
    privateKey,
    webhookSecret: app.webhook.secret,
    installationId: installation.id,
  };
}
