import type { Seed } from '../../src/sandbox/start.ts';

/** The path that most tests ask in. */
export const requestsFile = 'access-requests.yaml';

/** An entry as somebody writes it; what is left out is what most tests ask for. */
export interface Entry {
  readonly user?: string;
  /** Instead of a user. */
  readonly team?: string;
  readonly serviceAccount?: string;
  readonly resource: string;
  readonly role?: string;
  readonly duration?: string;
  readonly until?: string;
  readonly starts?: string;
  readonly reason?: string;
  readonly emergency?: boolean;
}

/** A requests file with these entries. */
export function entries(...list: readonly Entry[]): string {
  if (list.length === 0) return 'requests: []\n';
  return `requests:\n${list.map(entry).join('')}`;
}

function entry({ resource, role = 'reader', reason = 'INC-1: look', ...rest }: Entry): string {
  const { duration = rest.until === undefined ? '4h' : undefined, until, starts } = rest;
  const lines = [
    principalOf(rest),
    `resource: ${resource}`,
    `role: ${role}`,
    ...(duration === undefined ? [] : [`duration: ${duration}`]),
    ...(until === undefined ? [] : [`until: ${until}`]),
    ...(starts === undefined ? [] : [`starts: ${starts}`]),
    `reason: "${reason}"`,
    ...(rest.emergency ? ['emergency: true'] : []),
  ];
  return `  - ${lines.join('\n    ')}\n`;
}

function principalOf({ user = 'mona', team, serviceAccount }: Omit<Entry, 'resource'>): string {
  if (team !== undefined) return `team: ${team}`;
  return serviceAccount === undefined ? `user: ${user}` : `service_account: ${serviceAccount}`;
}

/** A resource whose `reader` is one database role. */
export function resourcePolicy(name: string, databaseRole: string): string {
  return `resource: ${name}
description: A database
connector: postgres
connection: orders-db
roles:
  reader:
    entitlement: { role: ${databaseRole} }
    requesters: ["@acme/engineering"]
    max_duration: 8h
    max_continuous: 12h
    default_duration: 1h
`;
}

export const codeowners = `*                    @acme/platform
/access-requests.yaml @acme/data-owners
/access-requests/     @acme/data-owners
/access-policies/     @acme/data-owners
`;

export const people: Seed['people'] = {
  mona: { teams: ['engineering', 'on-call'] },
  nick: { teams: ['engineering'] },
  /** Whom the target does not know. */
  nova: { teams: ['engineering'] },
  lars: { teams: ['engineering', 'data-owners', 'on-call'] },
  ada: { teams: ['data-owners'] },
  dora: { teams: ['data-owners'] },
  petra: { teams: ['platform'] },
  grace: { teams: ['platform'], role: 'admin' },
};

export const teams: NonNullable<Seed['teams']> = {
  engineering: { permission: 'push' },
  'on-call': {},
  'data-owners': { permission: 'push' },
  platform: { permission: 'maintain' },
};

/** The app as app.yml describes it. */
export const app: Seed['app'] = {
  slug: 'countersign',
  permissions: {
    contents: 'write',
    pull_requests: 'write',
    checks: 'write',
    issues: 'write',
    members: 'read',
    merge_queues: 'read',
    metadata: 'read',
  },
  events: [
    'check_run',
    'membership',
    'merge_group',
    'organization',
    'pull_request',
    'pull_request_review',
    'push',
  ],
};
