import { z } from 'zod';
import { changeSet } from '../../src/requests/change-set.ts';
import { expand } from '../../src/requests/expand.ts';
import type { Instant } from '../../src/requests/instant.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import type { Violation } from '../../src/requests/violation.ts';
import type { Decision } from '../../src/policies/decision.ts';
import type { Directory, Person, Team } from '../../src/policies/directory.ts';
import type { ConnectorSchema, EntitlementSchemas } from '../../src/policies/entitlement-schemas.ts';
import { evaluate } from '../../src/policies/evaluate.ts';
import type { EvaluationContext } from '../../src/policies/evaluation.ts';
import { parsePolicies } from '../../src/policies/policy-files.ts';

const teamConnector: ConnectorSchema = {
  entitlement: z.strictObject({ team: z.string() }),
  identitiesAreAccounts: true,
  teamAddedTo: ({ team: slug }) => String(slug),
};

/** A small organization that policy tests speak of. */
export const connectors: EntitlementSchemas = new Map<string, ConnectorSchema>([
  ['database', { entitlement: z.strictObject({ role: z.string().min(1) }), identitiesAreAccounts: false }],
  ['team', teamConnector],
]);

/** Monday, 2026-11-23, 10:00 in UTC. */
export const now: Instant = Date.parse('2026-11-23T10:00:00Z');

function person(id: number, login: string, member = true): Person {
  return { id, login, bot: false, member, canWrite: member };
}

export const mona = person(1, 'mona');
export const hubot = person(2, 'Hubot');
export const outsider = person(3, 'outsider', false);

function team(id: number, slug: string, ...members: Person[]): [string, Team] {
  const name = `acme/${slug}`;
  return [
    name,
    { id, name, visible: true, canWrite: true, members: new Set(members.map((each) => each.id)) },
  ];
}

export const directory: Directory = {
  organization: 'acme',
  people: new Map<string, Person | null>([
    ['mona', mona],
    ['hubot', hubot],
    ['outsider', outsider],
    ['ghost', null],
  ]),
  teams: new Map<string, Team | null>([
    team(10, 'engineering', mona),
    team(11, 'on-call', hubot),
    ['acme/gone', null],
  ]),
};

/** A resource file with one role `ro`, whose keys are given as YAML, one a line. */
export function resourceText(...keys: readonly string[]): string {
  const lines = keys.flatMap((key) => key.split('\n')).map((line) => `    ${line}`);
  return `resource: db
description: A database
connector: database
connection: db
roles:
  ro:
    entitlement: { role: reader }
    max_duration: 8h
${lines.join('\n')}
`;
}

export function policiesOf(files: Readonly<Record<string, string>>) {
  const sources = Object.entries(files).map(([name, text]) => ({ path: `access-policies/${name}`, text }));
  return parsePolicies(sources, connectors);
}

export const identities = 'default: { db: "{login}" }\n';

/** One entry of mona's for the role `ro`, with its keys as YAML, one a line. */
export function entryText(...keys: readonly string[]): string {
  const values = { user: 'mona', resource: 'db', role: 'ro', duration: '1h', reason: 'because' };
  const given = new Set(keys.map((key) => key.split(':')[0]));
  const dropped = (key: string) =>
    given.has(key) ||
    (key === 'user' && (given.has('team') || given.has('service_account'))) ||
    (key === 'duration' && given.has('until'));
  const rest = Object.entries(values).flatMap(([key, value]) => (dropped(key) ? [] : [`${key}: ${value}`]));
  const lines = [...keys.filter((key) => !key.startsWith('-')), ...rest];
  return `requests:\n  - ${lines.join('\n    ')}\n`;
}

/** What the policies say to the one entry of a requests file that mona adds now, in acme. */
export function decide(
  files: Readonly<Record<string, string>>,
  text: string,
  context: Partial<EvaluationContext> = {},
): Decision {
  const { policies } = policiesOf({ 'identities.yaml': identities, ...files });
  const { entries, violations } = parseRequestsFile('access-requests.yaml', text);
  const expanded = expand(entries, policies.templates);
  const [change] = changeSet([], expanded.entries);
  if (!change) throw new Error(JSON.stringify([...violations, ...expanded.violations]));
  const bound = { connector: 'database', entitlements: ['*'] };
  const known = { connectors, directory, requester: mona, now, connections: new Map([['db', bound]]) };
  return evaluate(change, { policies, ...known, ...context });
}

export function codesAt(violations: readonly Violation[]): string[] {
  return violations.map(({ line, column, code }) => `${line}:${column} ${code}`);
}
