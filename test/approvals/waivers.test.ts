import { describe, expect, test } from 'vitest';
import { minute, now } from './approval-fixtures.ts';
import { administers, file, outcome, reads, root, type Scenario } from './scenario.ts';

describe('automatic is', () => {
  const before = { [root]: file(reads('eve')) };
  const since = new Map([['user:eve orders-db:reader', now - 60 * minute]]);
  const hers = { [root]: file(reads('eve')) };
  test.each<[string, Scenario, string]>([
    ['what the policy says of whoever asks', { by: 'eve', after: hers }, 'approved (automatic)'],
    [
      'nothing for whom it says no',
      { by: 'mona', after: { [root]: file(reads('mona')) } },
      'waiting for @hubot @pat',
    ],
    [
      'nothing for somebody else',
      { by: 'eve', after: { [root]: file(reads('mona')) } },
      'waiting for @hubot @pat',
    ],
    [
      'nothing that somebody else pushed to',
      { by: 'eve', after: hers, facts: { pushers: [7, 6] } },
      'waiting for @hubot @pat',
    ],
    [
      'nothing that an unknown pushed to',
      { by: 'eve', after: hers, facts: { pushers: [7, null] } },
      'impossible for @hubot @pat',
    ],
    [
      'nothing beside what is not',
      { by: 'eve', after: { [root]: file(reads('eve'), administers('eve')) }, approvedBy: ['hubot'] },
      'waiting for @sam and @acme/security',
    ],
    [
      'no extension',
      { by: 'eve', before, after: { [root]: file(reads('eve', '6h')) }, facts: { runningSince: since } },
      'waiting for @hubot @pat',
    ],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});

describe('an emergency is', () => {
  const hers = { [root]: file(administers('eve', 'duration: 1h, emergency: true')) };
  test.each<[string, Scenario, string]>([
    ['granted before anybody approves', { by: 'eve', after: hers }, 'approved (emergency)'],
    [
      'not for who is not on call',
      { by: 'mona', after: { [root]: file(administers('mona', 'duration: 1h, emergency: true')) } },
      'emergency-not-allowed',
    ],
    [
      'not for somebody else',
      { by: 'eve', after: { [root]: file(administers('sue', 'duration: 1h, emergency: true')) } },
      'not-a-principal, emergency-not-allowed',
    ],
    [
      'not longer than it may be',
      { by: 'eve', after: { [root]: file(administers('eve', 'duration: 2h, emergency: true')) } },
      'duration-too-long',
    ],
    [
      'not where the role knows none',
      { by: 'eve', after: { [root]: file(`${reads('eve', '1h')}, emergency: true`) } },
      'emergency-not-allowed',
    ],
    [
      'not one beside another',
      {
        by: 'eve',
        after: {
          [root]: file(
            administers('eve', 'duration: 1h, emergency: true'),
            `${reads('eve', '1h')}, emergency: true`,
          ),
        },
      },
      'emergency-not-allowed',
    ],
    [
      'for people to approve where somebody else pushed',
      { by: 'eve', after: hers, facts: { pushers: [7, 6] } },
      'waiting for @hubot @pat and @sam and @acme/security',
    ],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});
