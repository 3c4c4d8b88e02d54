import { expect, test } from 'vitest';
import { codesAt, decide, entryText, hubot, resourceText } from '../acme.ts';

test.each([
  ['true', `"request.resource == 'db' && requester.login == 'mona'"`, ['ticket: T-1'], {}, []],
  [
    'true of the duration that the role gives',
    `"request.duration == duration('1h')"`,
    ['duration: 60m'],
    {},
    [],
  ],
  ['false', `"request.ticket != ''"`, ['reason: x'], {}, ['4:11 condition-false']],
  ['of a team', `"'acme/engineering' in requester.teams"`, ['reason: x'], {}, []],
  [
    'of a team that others are in',
    `"'acme/on-call' in requester.teams"`,
    ['reason: x'],
    {},
    ['4:11 condition-false'],
  ],
  [
    'of not being in a team that is not there',
    `"!('acme/gone' in requester.teams)"`,
    ['reason: x'],
    {},
    ['4:11 condition-failed'],
  ],
  [
    'of not being in a team that nobody looked up',
    `"!('acme/' + 'contractors' in requester.teams)"`,
    ['reason: x'],
    {},
    ['4:11 condition-failed'],
  ],
  [
    'of a name, as the account has it',
    `"request.principal.name == requester.login"`,
    ['user: HUBOT', 'reason: x'],
    { requester: hubot },
    [],
  ],
  ['that throws', `"1 / 0 == 1"`, ['reason: x'], {}, ['4:11 condition-failed']],
  [
    'where nobody is known',
    `"request.ticket != ''"`,
    ['reason: x'],
    { directory: null, requester: null },
    [],
  ],
  [
    'where whoever asks is gone',
    '"true"',
    ['reason: x'],
    { requester: null },
    ['4:11 condition-failed', '5:11 not-a-principal', '5:11 not-a-requester'],
  ],
  [
    'where who would receive it is not known',
    '"true"',
    ['user: ghost', 'reason: x'],
    { requester: hubot },
    ['2:11 unknown-principal', '5:11 condition-failed'],
  ],
])('%s: %s', (_, when, entry, context, expected) => {
  const text = entryText(...entry, 'resource: db', 'role: ro');
  expect(
    codesAt(decide({ 'resources/db.yaml': resourceText(`when: ${when}`) }, text, context).violations),
  ).toEqual(expected);
});

test('the sentence says which part is false', () => {
  const role = resourceText(`when: "request.role == 'ro' && request.ticket.startsWith('INC-')"`);
  const [violation] = decide({ 'resources/db.yaml': role }, entryText()).violations;
  expect(violation?.message).toBe(
    `The condition of ro does not hold: \`request.role == 'ro' && request.ticket.startsWith('INC-')\`; this part is false: \`request.ticket.startsWith("INC-")\`.`,
  );
});
