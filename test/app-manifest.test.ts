import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { schema } from '../src/sandbox/graphql/execution.ts';
import { sourceBelow } from './architecture/source.ts';
import { table } from './webhook-table.ts';

type Permission = readonly [name: string, level: 'read' | 'write'];

const read = (name: string): Permission[] => [[name, 'read']];
const write = (name: string): Permission[] => [[name, 'write']];

/** What each call needs (https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps); nothing where it signs in as the App. */
const needs: Readonly<Record<string, readonly Permission[]>> = {
  'apps.getOrgInstallation': [],
  'apps.getRepoInstallation': [],
  'apps.listWebhookDeliveries': [],
  'apps.redeliverWebhookDelivery': [],
  'checks.create': write('checks'),
  'checks.listForRef': read('checks'),
  'checks.update': write('checks'),
  'git.createCommit': write('contents'),
  'git.createRef': write('contents'),
  'git.createTree': write('contents'),
  'git.deleteRef': write('contents'),
  'git.getBlob': read('contents'),
  'git.getCommit': read('contents'),
  'git.getRef': read('contents'),
  'git.getTree': read('contents'),
  'git.listMatchingRefs': read('contents'),
  'git.updateRef': write('contents'),
  'issues.createComment': write('issues'),
  'issues.listComments': read('issues'),
  'issues.updateComment': write('issues'),
  'orgs.get': [],
  'orgs.getMembershipForUser': read('members'),
  'orgs.listMembers': read('members'),
  'pulls.create': write('pull_requests'),
  'pulls.get': read('pull_requests'),
  'pulls.list': read('pull_requests'),
  'pulls.listCommits': read('pull_requests'),
  'pulls.listReviews': read('pull_requests'),
  'pulls.merge': write('contents'),
  'pulls.requestReviewers': write('pull_requests'),
  'pulls.update': write('pull_requests'),
  'repos.compareCommitsWithBasehead': read('contents'),
  'repos.get': read('metadata'),
  'repos.getCollaboratorPermissionLevel': read('metadata'),
  'repos.listActivities': read('contents'),
  'repos.listPullRequestsAssociatedWithCommit': read('pull_requests'),
  'teams.checkPermissionsForRepoInOrg': read('members'),
  'teams.getByName': read('members'),
  'teams.list': read('members'),
  'teams.listMembersInOrg': read('members'),
  'users.getById': [],
  'users.getByUsername': [],
};

/** The same of what is written by GraphQL, which has no such list: as REST needs it. */
const needsOfMutations: Readonly<Record<string, readonly Permission[]>> = {
  createCheckRun: write('checks'),
  createCommitOnBranch: write('contents'),
  createPullRequest: write('pull_requests'),
  createRef: write('contents'),
  updateCheckRun: write('checks'),
};

/** The events that GitHub tells only to who has a permission that no call needs (https://docs.github.com/en/webhooks/webhook-events-and-payloads). */
const heardWith: Readonly<Record<string, readonly Permission[]>> = { merge_group: read('merge_queues') };

const manifest = parse(readFileSync(new URL('../app.yml', import.meta.url), 'utf8')) as {
  default_permissions: Record<string, string>;
  default_events: string[];
  hook_attributes: { url: string };
  public: boolean;
};

test('asks for the events that lead to a task, and for no other', () => {
  const used = new Set(table.filter(([, , tasks]) => tasks.length > 0).map(([event]) => event));
  expect(new Set(manifest.default_events)).toEqual(used);
});

test('asks for the permissions that the calls and the events need, and for no other', () => {
  const source = sourceBelow('src/github');
  const calls = source.flatMap(({ code }) =>
    [...code.matchAll(/\brest\s*\.(\w+)\s*\.(\w+)/g)].map(
      ([, group = '', method = '']) => `${group}.${method}`,
    ),
  );
  const unknown = calls.filter((call) => !(call in needs));
  expect(unknown).toEqual([]);
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter((name) =>
    source.some(({ text }) => new RegExp(`\\b(${name}\\(input|mutation: '${name}')`).test(text)),
  );
  expect(mutations.toSorted()).toEqual(Object.keys(needsOfMutations));
  const wanted: Record<string, string> = { metadata: 'read' };
  const needed = [
    ...calls.flatMap((call) => needs[call] ?? []),
    ...mutations.flatMap((mutation) => needsOfMutations[mutation] ?? []),
    ...manifest.default_events.flatMap((event) => heardWith[event] ?? []),
  ];
  for (const [permission, level] of needed) if (wanted[permission] !== 'write') wanted[permission] = level;
  expect(manifest.default_permissions).toEqual(wanted);
});

test('says why, for each permission and each event', () => {
  const lines = readFileSync(new URL('../app.yml', import.meta.url), 'utf8').split('\n');
  const items = lines.flatMap((line, index) =>
    /^ {2}(?:\w+: (?:read|write)|- \w+)$/.test(line) ? [index] : [],
  );
  expect(items).toHaveLength(
    manifest.default_events.length + Object.keys(manifest.default_permissions).length,
  );
  for (const index of items) expect(lines[index - 1]).toMatch(/^ {2}# .+\.$/);
});

test('names where webhooks go, and is not for everybody', () => {
  expect(manifest.hook_attributes.url).toMatch(/^https:\/\/.+\/api\/github\/webhooks$/);
  expect(manifest.public).toBe(false);
});
