import { expect, test } from 'vitest';
import { parsePolicies } from '../../src/policies/policy-files.ts';
import { codesAt, connectors, resourceText } from './acme.ts';

const deploy = resourceText()
  .replace('connector: database', 'connector: team')
  .replace('role: reader', 'team: deployers');
const place = '7:18 feeds-approvers';
const path = 'access-policies/resources/db.yaml';

test.each([
  ['nobody names it', '', {}, [], []],
  ['CODEOWNERS names it', '', {}, ['@ACME/Deployers'], [place]],
  ['CODEOWNERS names a person of that name', '', {}, ['@deployers', 'deployers@acme.com'], []],
  ['it approves the role', 'approvals: [{ from: ["@acme/deployers"] }]', {}, [], [place]],
  ['it may ask for the role', 'requesters: ["@acme/deployers"]', {}, [], [place]],
  ['it may receive the role', 'principals: ["@acme/deployers"]', {}, [], []],
  [
    'it may ask in an emergency',
    'emergency: { requesters: ["@acme/deployers"], max_duration: 1h, review_within: 1h }',
    {},
    [],
    [place],
  ],
  ['it is approved automatically', `auto_approve: "'acme/deployers' in requester.teams"`, {}, [], [place]],
  ['a condition refers to it', `when: "!('acme/deployers' in requester.teams)"`, {}, [], [place]],
  ['the settings name it', '', { 'settings.yaml': 'requesters: ["@acme/deployers"]' }, [], [place]],
  [
    'a template is for it',
    '',
    { 'templates.yaml': 'templates: { t: { resource: db, role: ro, for: ["@acme/deployers"] } }' },
    [],
    [place],
  ],
  [
    'it approves another resource',
    '',
    {
      'resources/other.yaml': resourceText('approvals: [{ from: ["@acme/deployers"] }]').replace(
        'resource: db',
        'resource: other',
      ),
    },
    [],
    [place],
  ],
])('where %s', (_, role, others, owners, expected) => {
  const files = { 'resources/db.yaml': deploy + (role === '' ? '' : `    ${role}\n`), ...others };
  const sources = Object.entries(files).map(([name, text]) => ({ path: `access-policies/${name}`, text }));
  const { policies, violations } = parsePolicies(sources, connectors, owners);
  expect(codesAt(violations)).toEqual(expected);
  expect(policies.broken.has(path)).toBe(expected.length > 0);
  expect(policies.resources.has('db')).toBe(expected.length === 0);
});
