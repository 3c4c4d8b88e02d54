import type { Review } from '../../src/approvals/reviews.ts';
import { directory as people, now, person, review } from './approval-fixtures.ts';
import { acceptedOf, judge, type Files, type OpenPull } from './branch-model.ts';

/** Sue and eve are on call; sam and sue are the security team. */
const directory = {
  ...people,
  teams: new Map([
    ...people.teams,
    [
      'acme/on-call',
      { id: 200, name: 'acme/on-call', visible: true, canWrite: true, members: new Set([6, 7]) },
    ],
    [
      'acme/auditors',
      {
        id: 201,
        name: 'acme/auditors',
        visible: true,
        canWrite: true,
        members: new Set([4, 7]),
        logins: new Map([
          [4, 'dana'],
          [7, 'eve'],
        ]),
      },
    ],
  ] as const),
};

export const policies: Files = {
  CODEOWNERS: `/access-requests.yaml @hubot @pat
/access-requests/ @dana
/access-policies/ @sam
/CODEOWNERS @sam
`,
  'access-policies/identities.yaml': 'default: { orders-db: "{login}" }\n',
  'access-policies/resources/orders-db.yaml': `resource: orders-db
description: Orders
connector: database
connection: orders-db
roles:
  reader:
    entitlement: { role: orders_reader }
    principals: ["@acme", "@acme/auditors"]
    owners: file
    max_duration: 8h
    max_continuous: 24h
    auto_approve: "'acme/on-call' in requester.teams"
  admin:
    entitlement: { role: orders_admin }
    max_duration: 2h
    approvals: [{ from: ["@acme/security"] }]
    emergency: { requesters: ["@acme/on-call"], max_duration: 1h, review_within: 30m }
`,
};

const entry = (keys: string) => `  - { resource: orders-db, reason: INC, ${keys} }\n`;
export const file = (...entries: string[]) =>
  entries.length > 0 ? `requests:\n${entries.map(entry).join('')}` : 'requests: []\n';
export const root = 'access-requests.yaml';
export const other = 'access-requests/a.yaml';

export interface Scenario {
  readonly by?: string;
  readonly before?: Files;
  readonly after: Files;
  readonly approvedBy?: readonly string[];
  readonly facts?: Partial<OpenPull>;
}

/** What comes of it, in one line: what is wrong, or who it waits for. */
export function outcome({ by = 'mona', before = {}, after, approvedBy = [], facts = {} }: Scenario): string {
  const base = { ...policies, [root]: file(), ...before };
  const reviewed = (digest: string | null) =>
    approvedBy.map((login, index): Review => review(index, login, 'approved', { digest }));
  const pull: OpenPull = {
    base,
    head: { ...base, ...after },
    tip: base,
    accepted: acceptedOf(policies),
    author: person(by),
    pushers: [person(by).id],
    reviews: [],
    now,
    directory,
    ...facts,
  };
  const { assessment } = judge(pull);
  if (!assessment.allowed)
    return [
      ...new Set(
        assessment.violations.filter(({ severity }) => severity === 'error').map(({ code }) => code),
      ),
    ].join(', ');
  const { approval } = judge({ ...pull, reviews: reviewed(assessment.digest) });
  const waivers = [...assessment.waived.values()];
  const open = approval.requirements
    .filter(({ met }) => !met)
    .map(({ requirement }) => requirement.parties.join(' '));
  const why = waivers.length > 0 ? ` (${[...new Set(waivers)].join(', ')})` : '';
  return approval.approved ? `approved${why}` : `${approval.state} for ${open.join(' and ')}`;
}

export const reads = (who: string, duration = '4h') => `user: ${who}, role: reader, duration: ${duration}`;
export const administers = (who: string, more = 'duration: 1h') => `user: ${who}, role: admin, ${more}`;
