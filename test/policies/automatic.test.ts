import { expect, test } from 'vitest';
import { decide, entryText, hubot, mona, resourceText } from './acme.ts';
import { grant, runningFor } from './past-grants.ts';

const onCall = `auto_approve: "'acme/engineering' in requester.teams"`;

test.each([
  ['nothing set', 'owners: file', {}, false, /^$/],
  ['true', onCall, {}, true, 'is true'],
  ['false', 'auto_approve: "request.emergency"', {}, false, '`request.emergency` is false'],
  [
    'of a team that is not there',
    `auto_approve: "!('acme/gone' in requester.teams)"`,
    {},
    false,
    'no team acme/gone',
  ],
  [
    'of a team not looked up',
    `auto_approve: "!('acme/' + 'x' in requester.teams)"`,
    {},
    false,
    'not looked up',
  ],
  ['an error', 'auto_approve: "1 / 0 == 1"', {}, false, 'division by zero'],
  ['for somebody else', `${onCall}\nprincipals: ["@acme"]`, { requester: hubot }, false, 'whoever asks'],
  ['an extension', onCall, { runningSince: runningFor(1) }, false, 'an extension'],
  ['where nobody is known', onCall, { directory: null, requester: null }, false, /^$/],
  ['where whoever asks is gone', onCall, { requester: null }, false, 'not known'],
  [
    'added again within the cooldown',
    `${onCall}\nquota: { cooldown: 1h }`,
    { history: [grant({ from: -1, ended: -0.5 })] },
    false,
    'an extension',
  ],
  [
    'added again after the cooldown',
    `${onCall}\nquota: { cooldown: 1h }`,
    { history: [grant({ from: -3, ended: -1 })] },
    true,
    'is true',
  ],
])('%s', (_, role, context, expected, note) => {
  const { automatic, notes, violations } = decide(
    { 'resources/db.yaml': resourceText(role) },
    entryText(),
    context,
  );
  expect(automatic).toBe(expected);
  expect(notes?.join()).toMatch(note);
  expect(violations.map(({ code }) => code)).not.toContain('condition-failed');
});

test('a team whose number is that of the account that asks is somebody else', () => {
  const role = resourceText('auto_approve: "true"', 'principals: ["@acme/engineering"]');
  const { automatic, notes } = decide({ 'resources/db.yaml': role }, entryText('team: engineering'), {
    requester: { ...mona, id: 10 },
  });
  expect(automatic).toBe(false);
  expect(notes).toEqual([expect.stringContaining('whoever asks is not who would receive it')]);
});
