import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Protection, Seed } from '../../sandbox/start.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

const people: Seed['people'] = {
  mona: { teams: ['engineering'], name: 'Mona Lisa' },
  lars: { teams: ['engineering', 'data-owners'], name: 'Lars Larsen' },
  nick: { teams: ['engineering'], name: 'Nick Nolan' },
  ada: { teams: ['data-owners'], name: 'Ada Adams' },
  petra: { teams: ['data-platform'], name: 'Petra Peters' },
  omar: { teams: ['on-call'], name: 'Omar Osman' },
  grace: { teams: ['data-platform'], role: 'admin', name: 'Grace Green' },
};

const teams: NonNullable<Seed['teams']> = {
  engineering: { privacy: 'closed', permission: 'push' },
  'data-owners': { privacy: 'closed', permission: 'push' },
  'data-platform': { privacy: 'closed', permission: 'maintain' },
  'on-call': { privacy: 'closed', permission: 'push' },
};

const codeowners = `# Who decides. An access request needs the owners of its requests file and those of its resource's policy.
*                                            @acme/data-platform
/access-requests.yaml                        @acme/data-owners
/access-requests/                            @acme/data-owners
/access-policies/                            @acme/data-platform
/access-policies/resources/orders-db.yaml    @acme/data-owners
/.github/CODEOWNERS                          @acme/data-platform
`;

const heading = `# Who asks for what. Add an entry in a pull request to get access; take it out to give the access back early.
`;

/** The organization acme with a requests repository that holds the starter set of policies, and the app as app.yml describes it. */
export async function organizationSeed(): Promise<Seed> {
  const manifest = parse(await readFile(join(root, 'app.yml'), 'utf8')) as {
    default_permissions: Seed['app']['permissions'];
    default_events: string[];
  };
  return {
    organization: 'acme',
    people,
    teams,
    repository: {
      name: 'access',
      private: true,
      basePermission: 'read',
      files: {
        'README.md': '# Access\n\nAsk for access by a pull request that edits access-requests.yaml.\n',
        '.github/CODEOWNERS': codeowners,
        'access-requests.yaml': `${heading}requests: []\n`,
        ...(await starterSet()),
      },
    },
    app: {
      slug: 'countersign',
      permissions: manifest.default_permissions,
      events: manifest.default_events,
    },
  };
}

/** What the organization asks of its default branch: both checks of the app, and a code owner. The app merges its own reverts; administrators can bypass. */
export function branchRules(appId: number): Protection {
  return {
    requiredChecks: [
      { context: 'access/policy', appId },
      { context: 'access/approval', appId },
    ],
    requireCodeOwnerReviews: true,
    requiredApprovals: 1,
    bypass: { apps: ['countersign'], admins: true },
  };
}

/** Only the app writes its records, and nobody rewrites them. */
export const recordsRules: Protection = { pushers: { apps: ['countersign'] } };

/** The requests file with one entry, as somebody would write it by hand: read-only access to orders-db. */
export function requestsFile(entry: {
  readonly user: string;
  readonly duration: string;
  readonly reason: string;
}): string {
  return `${heading}requests:
  - user: ${entry.user}
    resource: orders-db
    role: read-only
    duration: ${entry.duration}
    reason: "${entry.reason}"
`;
}

async function starterSet(): Promise<Record<string, string>> {
  const folder = join(root, 'access-policies');
  const files = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith('.yaml'));
  return Object.fromEntries(
    await Promise.all(
      files.map(
        async (path) =>
          [
            `access-policies/${path.replaceAll('\\', '/')}`,
            await readFile(join(folder, path), 'utf8'),
          ] as const,
      ),
    ),
  );
}
