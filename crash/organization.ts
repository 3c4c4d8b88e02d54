import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Protection, Seed } from '../src/sandbox/start.ts';

/** Where access is asked for: a role of a database server, or a team of the organization itself, which needs no server. */
export type TargetKind = 'database' | 'team';

export const requestsFile = 'access-requests.yaml';
export const team = 'prod-deployers';

/** A requests file with these entries: `mona for 1h`. */
export function requests(
  kind: TargetKind,
  ...entries: readonly { readonly user: string; readonly lasts: string }[]
): string {
  if (entries.length === 0) return 'requests: []\n';
  return `requests:\n${entries
    .map(
      ({ user, lasts }) =>
        `  - user: ${user}\n    resource: ${kind}\n    role: holder\n    ${lasts}\n    reason: "INC-1: look"\n`,
    )
    .join('')}`;
}

/** The organization, its requests repository and the app. Whoever holds the role in the target is told apart by the suffix: a server's roles are everybody's. */
export function organizationSeed(suffix: string): Seed {
  const manifest = parse(readFileSync(new URL('../app.yml', import.meta.url), 'utf8')) as {
    default_permissions: Seed['app']['permissions'];
    default_events: string[];
  };
  return {
    organization: 'acme',
    people: {
      mona: { teams: ['engineering'] },
      nick: { teams: ['engineering'] },
      ada: { teams: ['data-owners', 'on-call'] },
      grace: { teams: ['platform'], role: 'admin' },
    },
    teams: {
      engineering: { permission: 'push' },
      'data-owners': { permission: 'push' },
      'on-call': { permission: 'push' },
      platform: { permission: 'maintain' },
      [team]: {},
    },
    repository: {
      name: 'access',
      files: {
        '.github/CODEOWNERS': '* @acme/data-owners\n',
        [requestsFile]: requests('database'),
        'access-policies/identities.yaml': `default: { orders-db: "{login}_${suffix}" }\n`,
        'access-policies/resources/database.yaml': resource('database', 'postgres', 'orders-db', {
          role: readerRole(suffix),
        }),
        'access-policies/resources/team.yaml': resource('team', 'github-team', 'acme-teams', { team }),
      },
    },
    app: {
      slug: 'countersign',
      permissions: { ...manifest.default_permissions, members: 'write' },
      events: manifest.default_events,
    },
  };
}

/** The database role that is given. */
export function readerRole(suffix: string): string {
  return `orders_reader_${suffix}`;
}

export const operatorFile = `repositories:
  - id: \${REQUESTS_REPOSITORY_ID}
    name: acme/access
    connections: [orders-db, acme-teams]
connections:
  orders-db: { connector: postgres, url: "\${ORDERS_DB_URL}", entitlements: ["orders_*"] }
  acme-teams: { connector: github-team, organization: acme, entitlements: ["prod-*"] }
`;

/** What the organization asks of its default branch. */
export function branchRules(appId: number): Protection {
  return {
    requiredChecks: ['access/policy', 'access/approval'].map((context) => ({ context, appId })),
    requireCodeOwnerReviews: true,
    requiredApprovals: 1,
    bypass: { apps: ['countersign'], admins: true },
  };
}

function resource(name: TargetKind, connector: string, connection: string, entitlement: object): string {
  return `resource: ${name}
description: What is asked for
connector: ${connector}
connection: ${connection}
roles:
  holder:
    entitlement: ${JSON.stringify(entitlement)}
    requesters: ["@acme/engineering"]
    max_duration: 8h
    default_duration: 1h
    approvals: [{ from: ["@acme/on-call"], count: 1 }]
`;
}
