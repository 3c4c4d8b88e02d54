import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { startSandbox, type Seed, type World } from '../../src/sandbox/start.ts';

export const repository = '/repos/acme/access';
export const requests = 'access-requests.yaml';

/** An organization of a size that a trial has: its requests repository holds 50 files. */
export const seed: Seed = {
  organization: 'acme',
  people: { mona: { teams: ['engineering'] }, lead: { teams: ['data-owners'] }, boss: { role: 'admin' } },
  teams: { engineering: { permission: 'push' }, 'data-owners': { permission: 'push' } },
  repository: {
    name: 'access',
    files: {
      [requests]: 'requests: []\n',
      '.github/CODEOWNERS': `/${requests} @acme/data-owners\n`,
      ...Object.fromEntries(
        Array.from({ length: 48 }, (_, index) => [
          `access-policies/resources/r${index}.yaml`,
          `resource: r${index}\n`,
        ]),
      ),
    },
  },
  app: {
    slug: 'countersign',
    permissions: { contents: 'write', pull_requests: 'write', checks: 'write', issues: 'write' },
    events: ['issue_comment'],
  },
};

export interface Stage {
  url: string;
  world: World;
  /** A token of the app's installation. */
  token: string;
  close: () => Promise<void>;
}

/** A sandbox with that organization in it, and no limit on how much one may ask. */
export async function stage(): Promise<Stage> {
  const sandbox = await startSandbox({ limits: { requestsPerHour: 1_000_000 } });
  const world = await sandbox.seed(seed);
  const { id: appId, privateKey, installationId } = world.app;
  const app = new Octokit({
    baseUrl: sandbox.url,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId },
  });
  const { token } = (await app.auth({ type: 'installation' })) as { token: string };
  return { url: sandbox.url, world, token, close: () => sandbox.close() };
}
