import { expect, test } from 'vitest';
import type { EvaluationContext } from '../../../src/policies/evaluation.ts';
import { codesAt, decide, directory, entryText, hubot, mona, resourceText } from '../acme.ts';

/** acme, where GitHub says of mona and hubot whether they have a second factor. */
function factors(ofMona?: boolean | null, ofHubot?: boolean | null): Partial<EvaluationContext> {
  const known = (value: boolean | null | undefined) => (value === undefined ? {} : { twoFactor: value });
  const people = { mona: { ...mona, ...known(ofMona) }, hubot: { ...hubot, ...known(ofHubot) } };
  return {
    requester: people.mona,
    directory: { ...directory, people: new Map([...directory.people, ...Object.entries(people)]) },
  };
}

const laptop = { directory: null, requester: null };
const forOthers = 'principals: ["@acme/on-call", "service_account:bot"]';

test.each([
  ['nothing required', 'require: []', 'user: mona', {}, []],
  ['a factor', 'require: [two_factor]', 'user: mona', factors(true), []],
  ['no factor', 'require: [two_factor]', 'user: mona', factors(false), ['2:11 two-factor-required']],
  ['not known', 'require: [two_factor]', 'user: mona', factors(), ['2:11 condition-failed']],
  ['not visible', 'require: [two_factor]', 'user: mona', factors(null), ['2:11 condition-failed']],
  [
    'no factor of who receives',
    `require: [two_factor]\n${forOthers}`,
    'user: hubot',
    factors(true, false),
    ['2:11 two-factor-required'],
  ],
  [
    'no factor of who asks',
    `require: [two_factor]\n${forOthers}`,
    'user: hubot',
    factors(false, true),
    ['2:11 two-factor-required'],
  ],
  ['for a service account', `require: [two_factor]\n${forOthers}`, 'service_account: bot', factors(true), []],
  ['where nobody is known', 'require: [two_factor, signed_commits]', 'user: mona', laptop, []],
  ['signed', 'require: [signed_commits]', 'user: mona', { commitsSigned: true }, []],
  [
    'not signed',
    'require: [signed_commits]',
    'role: ro',
    { commitsSigned: false },
    ['2:11 signature-required'],
  ],
  [
    'signed or not',
    'require: [signed_commits]',
    'role: ro',
    { commitsSigned: null },
    ['2:11 condition-failed'],
  ],
  ['signed or not asked', 'require: [signed_commits]', 'role: ro', {}, ['2:11 condition-failed']],
])('%s', (_, role, entry, context, expected) => {
  const files = {
    'resources/db.yaml': resourceText(role),
    'identities.yaml':
      'default: { db: "{login}" }\nservice_accounts: [{ name: bot, owner: "@mona", names: { db: bot_role } }]',
  };
  expect(codesAt(decide(files, entryText(entry), context).violations)).toEqual(expected);
});

test('of a team a second factor cannot be known', () => {
  const role = resourceText('require: [two_factor]\nprincipals: ["@acme/on-call"]');
  const { violations } = decide({ 'resources/db.yaml': role }, entryText('team: on-call'), factors(true));
  expect(codesAt(violations)).toContain('2:11 condition-failed');
});
