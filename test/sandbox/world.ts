import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { startSandbox, type Limits, type Seed, type World } from '../../src/sandbox/start.ts';

export const REQUESTS = 'access-requests.yaml';
export const repo = { owner: 'acme', repo: 'access' } as const;
export const path = '/repos/acme/access';

export const seed: Seed = {
  organization: 'acme',
  people: {
    mona: { teams: ['engineering'], name: 'Mona Lisa' },
    nick: { teams: ['engineering'] },
    lead: { teams: ['data-owners'] },
    boss: { role: 'admin' },
    bob: {},
    eve: { outside: true },
  },
  teams: { engineering: { permission: 'push' }, 'data-owners': { permission: 'push' } },
  repository: {
    name: 'access',
    files: {
      [REQUESTS]: 'requests: []\n',
      'README.md': 'one\ntwo\nthree\n',
      '.github/CODEOWNERS': `/${REQUESTS} @acme/data-owners\n`,
    },
  },
  app: {
    slug: 'countersign',
    permissions: {
      contents: 'write',
      pull_requests: 'write',
      checks: 'write',
      issues: 'write',
      members: 'read',
    },
    events: [
      'push',
      'pull_request',
      'pull_request_review',
      'check_run',
      'issue_comment',
      'membership',
      'organization',
    ],
  },
};

const { checks: _, ...otherPermissions } = seed.app.permissions;

/** The app without checks, whose webhooks an app that may write them gets whether it asked or not. */
export const appWithoutChecks: Seed['app'] = { ...seed.app, permissions: otherPermissions };

export interface Stage {
  url: string;
  world: World;
  /** The app, as its library signs it in. */
  app: Octokit;
  /** The same, with its JWT alone. */
  appItself: Octokit;
  close(): Promise<void>;
}

/** A sandbox with acme in it; the story's clock stands at a time of its own. */
export async function stage(
  change: Partial<Seed> = {},
  now = () => new Date('2026-11-23T10:00:00Z'),
  limits: Limits = {},
): Promise<Stage> {
  const sandbox = await startSandbox({ now, limits });
  const world = await sandbox.seed({ ...seed, ...change });
  const { id: appId, privateKey, installationId } = world.app;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const options = { baseUrl: sandbox.url, authStrategy: createAppAuth, log };
  return {
    url: sandbox.url,
    world,
    app: new Octokit({ ...options, auth: { appId, privateKey, installationId } }),
    appItself: new Octokit({ ...options, auth: { appId, privateKey } }),
    close: () => sandbox.close(),
  };
}

/** What a webhook receiver got. */
export interface Received {
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A receiver of webhooks that answers with a status. */
export async function receiver(
  answer: () => number = () => 200,
): Promise<{ url: string; received: Received[]; close(): void }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(answer()).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    received,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
