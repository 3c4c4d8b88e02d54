import { expect, test } from 'vitest';
import type { EntryChange } from '../../src/requests/change-set.ts';
import { changeSet } from '../../src/requests/change-set.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';
import { partiesToLookUp } from '../../src/policies/parties-to-look-up.ts';
import { entryText, policiesOf, resourceText } from './acme.ts';

const { policies } = policiesOf({
  'resources/db.yaml': resourceText(
    'requesters: ["@ACME/Engineering", "@acme"]',
    'principals: ["@acme/on-call", "service_account:bot", "@Hubot"]',
    'approvals: [{ from: ["@acme/data-owners", "@lisa"] }]',
    `when: "!('acme/contractors' in requester.teams) || 'other/team' in requester.teams"`,
    `auto_approve: "['acme/Leads'].exists(t, t in requester.teams)"`,
    'emergency: { requesters: ["@acme/sre"], max_duration: 1h, review_within: 30m }',
  ),
  'resources/other.yaml': resourceText('requesters: ["@acme/others"]').replace(
    'resource: db',
    'resource: other',
  ),
  'templates.yaml':
    'templates: { t: { resource: db, role: ro, for: ["@acme/t"] }, u: { resource: db, role: ro, for: ["@acme/u"] } }',
  'settings.yaml': 'requesters: ["@acme/staff"]',
});

function changes(text: string): EntryChange[] {
  return changeSet([], expand(parseRequestsFile('f', text).entries, policies.templates).entries);
}

test('everybody whom the roles that are asked for name, the organization itself apart', () => {
  expect(partiesToLookUp(policies, changes(entryText('user: Mona')), 'Acme')).toEqual({
    people: ['hubot', 'lisa', 'mona'],
    teams: [
      'acme/contractors',
      'acme/data-owners',
      'acme/engineering',
      'acme/leads',
      'acme/on-call',
      'acme/sre',
      'acme/staff',
    ],
    closely: ['acme/data-owners', 'lisa'],
  });
});

test('a team that asks, and those whom a template is for', () => {
  const text = 'requests: [{ team: qa, template: t, reason: x }]';
  expect(partiesToLookUp(policies, changes(text), 'acme').teams).toEqual(
    expect.arrayContaining(['acme/qa', 'acme/t']),
  );
  expect(partiesToLookUp(policies, changes(text), 'acme').teams).not.toContain('acme/u');
  expect(partiesToLookUp(policies, changes(text), 'acme').closely).toContain('acme/qa');
});

test('an unknown resource and a removal need nobody but the outer bound', () => {
  const [change] = changes(entryText('resource: gone', 'service_account: bot'));
  expect(change).toBeDefined();
  expect(partiesToLookUp(policies, change ? [change] : [], 'acme')).toEqual({
    people: [],
    teams: ['acme/staff'],
    closely: [],
  });
  const removal = changeSet(expand(parseRequestsFile('f', entryText()).entries, new Map()).entries, []);
  expect(partiesToLookUp(policies, removal, 'acme')).toMatchObject({ people: [], teams: ['acme/staff'] });
});
