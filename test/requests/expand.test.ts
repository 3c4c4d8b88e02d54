import { expect, test } from 'vitest';
import { requestKey } from '../../src/requests/access-request.ts';
import { expand } from '../../src/requests/expand.ts';
import { parseRequestsFile } from '../../src/requests/requests-file.ts';

const templates = new Map([['on-call', { resource: 'db', role: 'ro', duration: 60 }]]);

function entriesOf(files: Readonly<Record<string, string>>) {
  return Object.entries(files).flatMap(
    ([path, text]) => parseRequestsFile(path, `requests:\n${text}`).entries,
  );
}

test.each([
  ['the template gives the duration', '', 60],
  ["the entry's own duration wins", ', duration: 5m', 5],
  ['an end leaves no duration', ', until: 2026-11-23T18:00:00Z', undefined],
])('%s', (_, more, duration) => {
  const { entries, violations } = expand(
    entriesOf({ f: `  - { user: mona, template: on-call, reason: x${more} }` }),
    templates,
  );
  expect(violations).toEqual([]);
  expect(entries.map((entry) => [entry.resource, entry.role, entry.duration])).toEqual([
    ['db', 'ro', duration],
  ]);
});

test('an unknown template is left out, and the nearest is suggested', () => {
  const { entries, violations } = expand(
    entriesOf({ f: '  - { user: mona, template: oncall, reason: x }' }),
    templates,
  );
  expect(entries).toEqual([]);
  expect(violations).toMatchObject([
    { line: 2, column: 29, code: 'unknown-template', remedy: 'Did you mean `on-call`?' },
  ]);
});

test('a second entry of one key is told where the first is, in whichever order the files come', () => {
  const entries = entriesOf({
    'access-requests/b.yaml': '  - { user: MONA, resource: db, role: ro, reason: x }',
    'access-requests/a.yaml':
      '  - { user: hubot, resource: db, role: ro, reason: x }\n  - { user: mona, template: on-call, reason: x }',
  });
  const expanded = expand(entries, templates);
  expect(expanded.entries.map(requestKey)).toEqual(['user:hubot db:ro', 'user:mona db:ro']);
  expect(expanded.violations).toMatchObject([
    {
      file: 'access-requests/b.yaml',
      line: 2,
      column: 5,
      code: 'duplicate-request',
      message: 'user MONA asks for ro on db already at access-requests/a.yaml:3.',
    },
  ]);
});

test('a user, a team and a service account of one name are three principals', () => {
  const kinds = ['user', 'team', 'service_account'];
  const lines = kinds.map((kind) => `  - { ${kind}: bot, resource: db, role: ro, reason: x }`);
  const entries = entriesOf({ f: lines.join('\n') });
  expect(expand(entries, templates).violations).toEqual([]);
});
