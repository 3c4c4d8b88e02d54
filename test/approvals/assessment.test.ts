import { describe, expect, test } from 'vitest';
import { minute, now } from './approval-fixtures.ts';
import { administers, file, other, outcome, reads, root, type Scenario } from './scenario.ts';

describe('an addition', () => {
  test.each<[string, Scenario, string]>([
    [
      'waits for the owners of its file',
      { after: { [root]: file(reads('mona')) } },
      'waiting for @hubot @pat',
    ],
    [
      'is approved by one of them',
      { after: { [root]: file(reads('mona')) }, approvedBy: ['hubot'] },
      'approved',
    ],
    [
      'is not by an owner of another file',
      { after: { [root]: file(reads('mona')) }, approvedBy: ['dana'] },
      'waiting for @hubot @pat',
    ],
    [
      'in two files waits for the owners of both',
      { after: { [root]: file(reads('mona')), [other]: file(reads('eve')) }, approvedBy: ['hubot'] },
      'waiting for @dana',
    ],
    [
      'also waits for the owners of the policy and its groups',
      { after: { [root]: file(administers('mona')) }, approvedBy: ['hubot'] },
      'waiting for @sam and @acme/security',
    ],
    [
      'has the same person for owner and group',
      { after: { [root]: file(administers('mona')) }, approvedBy: ['hubot', 'sam'] },
      'approved',
    ],
    [
      'for an owner is not approved by that owner',
      { after: { [root]: file(reads('hubot')) }, approvedBy: ['hubot'] },
      'waiting for @hubot @pat',
    ],
    [
      'is not approved by an owner who pushed',
      { after: { [root]: file(reads('mona')) }, approvedBy: ['pat'], facts: { pushers: [1, 3] } },
      'waiting for @hubot @pat',
    ],
    [
      'is by nobody once all owners pushed',
      { after: { [root]: file(reads('mona')) }, approvedBy: ['hubot'], facts: { pushers: [1, 2, 3] } },
      'impossible for @hubot @pat',
    ],
    [
      'is by nobody while a pusher is unknown',
      { after: { [root]: file(reads('mona')) }, approvedBy: ['hubot'], facts: { pushers: [1, null] } },
      'impossible for @hubot @pat',
    ],
    [
      'against the policy is for nobody to approve',
      { after: { [root]: file(reads('mona', '9h')) }, approvedBy: ['hubot'] },
      'duration-too-long',
    ],
    [
      'beside another file is mixed',
      { after: { [root]: file(reads('mona')), 'README.md': 'x' } },
      'mixed-change',
    ],
    [
      'under another name is seen',
      { after: { 'access-requests/a.yml': file(reads('mona')) } },
      'wrong-extension',
    ],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});

describe('for a team', () => {
  const auditors = 'team: auditors, role: reader, duration: 1h';
  test.each<[string, Scenario, string]>([
    [
      'an owner approves who is not in it',
      { after: { [root]: file(auditors) }, approvedBy: ['hubot'] },
      'approved',
    ],
    [
      'no member approves',
      { after: { [other]: file(auditors) }, approvedBy: ['dana'] },
      'impossible for @dana',
    ],
    [
      'its members do not ask automatically',
      { by: 'eve', after: { [root]: file(auditors) } },
      'waiting for @hubot @pat',
    ],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});

describe('an edit, a move, a removal', () => {
  const before = { [root]: file(reads('mona')) };
  const since = new Map([['user:mona orders-db:reader', now - 60 * minute]]);
  test.each<[string, Scenario, string]>([
    [
      'an edit waits as an addition does',
      { before, after: { [root]: file(reads('mona', '6h')) } },
      'waiting for @hubot @pat',
    ],
    [
      'an extension of what runs too',
      {
        before,
        after: { [root]: file(reads('mona', '6h')) },
        facts: { runningSince: since },
        approvedBy: ['hubot'],
      },
      'approved',
    ],
    [
      'a move waits for the owners of both files',
      { before, after: { [root]: file(), [other]: file(reads('mona')) }, approvedBy: ['dana'] },
      'waiting for @hubot @pat',
    ],
    [
      'a move with both is approved',
      { before, after: { [root]: file(), [other]: file(reads('mona')) }, approvedBy: ['dana', 'hubot'] },
      'approved',
    ],
    ['a removal waits for nobody', { before, after: { [root]: file() } }, 'approved'],
    ['a removal by somebody else too', { by: 'eve', before, after: { [root]: file() } }, 'approved'],
    [
      'a removal by an unknown pusher too',
      { before, after: { [root]: file() }, facts: { pushers: [null] } },
      'approved',
    ],
    [
      'a removal beside an addition leaves that to its owners',
      { before, after: { [root]: file(reads('eve')) } },
      'waiting for @hubot @pat',
    ],
    [
      'a removal may stand beside another file',
      { before, after: { [root]: file(), 'README.md': 'x' } },
      'approved',
    ],
    ['nothing asked is approved by asking nobody', { after: { 'README.md': 'x' } }, 'approved'],
  ])('%s', (_, scenario, expected) => expect(outcome(scenario)).toBe(expected));
});
