import { expect, test } from 'vitest';
import { codesAt, decide, entryText, resourceText } from '../acme.ts';

const bot = 'service_accounts: [{ name: bot, owner: "@mona", names: { db: bot_role } }]';

test.each([
  ['the requester', [], 'user: MONA', []],
  ['somebody else', [], 'user: hubot', ['2:11 not-a-principal']],
  ['somebody who is not there', [], 'user: ghost', ['2:11 unknown-principal']],
  ['a member of a listed team', ['principals: ["@acme/on-call"]'], 'user: hubot', []],
  [
    'the requester, who is not listed',
    ['principals: ["@acme/on-call"]'],
    'user: mona',
    ['2:11 not-a-principal'],
  ],
  [
    'a listed team, which this version cannot give access',
    ['principals: ["@acme/on-call"]'],
    'team: On-Call',
    ['2:11 unmapped-principal'],
  ],
  [
    'a team that is not listed',
    ['principals: ["@acme/on-call"]'],
    'team: engineering',
    ['2:11 not-a-principal', '2:11 unmapped-principal'],
  ],
  [
    'a team, where only the requester may',
    [],
    'team: engineering',
    ['2:11 not-a-principal', '2:11 unmapped-principal'],
  ],
  ['a team that is not there', ['principals: ["@acme/gone"]'], 'team: gone', ['2:11 unknown-principal']],
  ['a listed service account', ['principals: ["service_account:bot"]'], 'service_account: bot', []],
  [
    'a service account that is not listed',
    ['principals: ["@acme"]'],
    'service_account: bot',
    ['2:22 not-a-principal'],
  ],
  ['a service account, where only the requester may', [], 'service_account: bot', ['2:22 not-a-principal']],
  [
    'an unknown service account',
    ['principals: ["service_account:bot"]'],
    'service_account: bto',
    ['2:22 unknown-principal'],
  ],
])('%s', (_, role, principal, expected) => {
  const files = {
    'resources/db.yaml': resourceText(...role),
    'identities.yaml': `default: { db: "{login}" }\n${bot}`,
  };
  expect(codesAt(decide(files, entryText(principal)).violations)).toEqual(expected);
});
