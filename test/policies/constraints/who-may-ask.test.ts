import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText, hubot, outsider } from '../acme.ts';

test.each([
  ['a member, by default', [], '', {}, []],
  [
    'somebody from outside, by default',
    [],
    '',
    { requester: outsider },
    ['2:11 not-a-principal', '2:11 not-a-requester'],
  ],
  ['a member of the team', ['requesters: ["@acme/Engineering"]'], '', {}, []],
  ['a member of another team', ['requesters: ["@acme/on-call"]'], '', {}, ['2:11 not-a-requester']],
  ['by name', ['requesters: ["@MONA"]'], '', {}, []],
  ['by the name of somebody who is gone', ['requesters: ["@ghost"]'], '', {}, ['2:11 not-a-requester']],
  ['a team that is gone', ['requesters: ["@acme/gone"]'], '', {}, ['2:11 not-a-requester']],
  ['the whole organization', ['requesters: ["@ACME"]'], '', {}, []],
  ['nobody', ['requesters: []'], '', {}, ['2:11 not-a-requester']],
  ['within the outer bound', [], 'requesters: ["@acme/engineering"]', {}, []],
  ['outside the outer bound', [], 'requesters: ["@acme/on-call"]', {}, ['2:11 not-a-requester']],
  ['an account that is gone', ['principals: ["@mona"]'], '', { requester: null }, ['2:11 not-a-requester']],
])('%s', (_, role, settings, context, expected) => {
  const files = { 'resources/db.yaml': resourceText(...role), 'settings.yaml': settings };
  expect(codesAt(decide(files, entryText('user: mona'), context).violations)).toEqual(expected);
});

test('a template is for those whom it names', () => {
  const files = {
    'resources/db.yaml': resourceText('principals: ["@acme"]'),
    'templates.yaml': 'templates: { t: { resource: db, role: ro, duration: 1h, for: ["@acme/on-call"] } }',
  };
  const text = 'requests:\n  - { user: mona, template: t, reason: x }\n';
  expect(codesAt(decide(files, text).violations)).toEqual(['2:29 not-a-requester']);
  expect(decide(files, text, { requester: hubot }).violations).toEqual([]);
});

test('nobody is refused where nobody is known', () => {
  const { violations, unchecked, request } = decide(
    { 'resources/db.yaml': resourceText('requesters: ["@acme/on-call"]') },
    entryText(),
    { directory: null, requester: null, connections: null },
  );
  expect(violations).toEqual([]);
  expect(request).toBeUndefined();
  expect(unchecked).toEqual([
    'whether whoever opens the pull request may ask for ro on db',
    'whether each user that would receive ro on db is there, may receive it and has a name on db',
    'whether the app binds the connection db to this repository, and what it may give there',
  ]);
});
