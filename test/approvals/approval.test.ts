import { describe, expect, test } from 'vitest';
import type { Approvals } from '../../src/approvals/approval.ts';
import type { Requirement } from '../../src/approvals/requirements.ts';
import {
  approves,
  comments,
  directory,
  dismissed,
  evaluate,
  group,
  minute,
  now,
  objects,
  owners,
  person,
  type Given,
} from './approval-fixtures.ts';

const anyOwner = [owners('@hubot', '@acme/owners')];
const ask = 'it takes a new approval';

describe('code owners', () => {
  test.each<[string, Given[], state: string]>([
    ['none of them said anything', [], 'waiting'],
    ['an owner approves', [approves('hubot')], 'approved'],
    ['an owner comments', [comments('hubot')], 'waiting'],
    ['an owner approves, then comments', [approves('hubot'), comments('hubot')], 'approved'],
    ['an owner approves, then objects', [approves('hubot'), objects('hubot')], 'vetoed'],
    ['an owner objects, then approves', [objects('hubot'), approves('hubot')], 'approved'],
    ['an owner objects, then comments', [objects('hubot'), comments('hubot')], 'vetoed'],
    ['an owner’s approval is dismissed', [dismissed('hubot')], 'waiting'],
    [
      'a dismissed veto does not revive an older approval',
      [approves('hubot'), dismissed('hubot')],
      'waiting',
    ],
    [
      'an approval after a dismissal counts',
      [approves('hubot'), dismissed('hubot'), approves('hubot')],
      'approved',
    ],
    ['only somebody else objects', [approves('hubot'), objects('eve')], 'approved'],
    ['the author’s own approval', [approves('mona')], 'waiting'],
    ['an owner who pushed approves', [approves('pat')], 'waiting'],
    ['an owner who pushed objects', [approves('hubot'), objects('pat')], 'vetoed'],
    ['somebody else approves', [approves('eve')], 'waiting'],
    ['a team member who may not write approves', [approves('reader')], 'waiting'],
  ])('%s', (_, given, state) => {
    const outcome = evaluate(anyOwner, given);
    expect(outcome.state).toBe(state);
    expect(outcome.approved).toBe(state === 'approved');
  });

  test.each<[parties: string, login: string, state: string]>([
    ['@hubot', 'hubot', 'approved'],
    ['@HuBot', 'hubot', 'approved'],
    ['@acme/owners', 'hubot', 'approved'],
    ['docs@acme.com', 'docs', 'approved'],
    ['@gone @hubot', 'hubot', 'approved'],
    ['@hubot @dana', 'dana', 'approved'],
    ['@hubot', 'eve', 'waiting'],
    ['@acme', 'eve', 'impossible'],
    ['@gone', 'eve', 'impossible'],
    ['@acme/gone', 'eve', 'impossible'],
    ['@acme/secret', 'eve', 'impossible'],
    ['@acme/readers', 'eve', 'impossible'],
    ['@reader', 'reader', 'impossible'],
    ['@visitor', 'visitor', 'impossible'],
    ['@robot', 'robot', 'impossible'],
    ['@mona @pat', 'pat', 'impossible'],
    ['', 'hubot', 'impossible'],
  ])('owned by %j and approved by %s: %s', (parties, login, state) => {
    const requirement = owners(...parties.split(' ').filter((party) => party !== ''));
    expect(evaluate([requirement], [approves(login)]).state).toBe(state);
  });

  test('of every file must approve', () => {
    const both = [owners('@hubot'), owners('@dana')];
    expect(evaluate(both, [approves('hubot')]).requirements.map(({ met }) => met)).toEqual([true, false]);
    expect(evaluate(both, [approves('hubot'), approves('dana')]).approved).toBe(true);
  });
});

const contentUnder = (policyVersion: string) => ({ changes: [], policyVersion, otherFiles: new Map() });

describe('a review does not count that', () => {
  const week = 7 * 24 * 60 * minute;
  test.each<[reason: string, Given, Partial<Approvals>?]>([
    ['opened this pull request, so cannot also approve it', approves('mona')],
    ['pushed to this branch, so cannot also approve it', approves('pat')],
    ['owns none of the files and is in no group that the policy names', approves('eve')],
    ['is not an active member of acme', approves('hubot', { person: { ...person('hubot'), member: false } })],
    ['is named as an owner but may not write to this repository, so owns nothing', approves('reader')],
    ['is a bot, and bots approve nothing', approves('robot')],
    [
      `approved other content: what is asked has changed since, and takes a new approval`,
      approves('hubot', { digest: 'sha256:then' }),
    ],
    [
      `approved other content: ${ask}, since this changed: another version of the policies is in force`,
      approves('hubot', { digest: 'sha256:then', content: contentUnder('a') }),
      { content: contentUnder('b') },
    ],
    [`approved content that was not recorded in time: ${ask}`, approves('hubot', { digest: null })],
    [`approved more than 7d ago: ${ask}`, approves('hubot', { submittedAt: now - week })],
    ['gave a review that was dismissed', dismissed('hubot')],
    ['approved while it is open what would be granted', approves('hubot'), { digest: null }],
    [
      "approved, but nobody's approval counts while it is unknown who contributed: <x@y.z>, who wrote commit 1a2b3c4, belongs to no GitHub account",
      approves('hubot'),
      {
        contributors: {
          people: new Map(),
          unknown: [
            {
              sha: '1a2b3c4d',
              email: 'x@y.z',
              reason: '<x@y.z>, who wrote commit 1a2b3c4, belongs to no GitHub account',
            },
          ],
        },
      },
    ],
    ['is a bot, and bots approve nothing: the changes requested do not block', objects('robot')],
    [
      'owns none of the files and is in no group that the policy names: the changes requested do not block',
      objects('eve'),
    ],
  ])('%s', (reason, given, facts) => {
    const outcome = evaluate(anyOwner, [given], facts);
    expect(outcome).toMatchObject({ approved: false, counting: [], vetoes: [] });
    expect(outcome.notCounting).toEqual([{ reviewId: 100, login: given[0], reason }]);
  });

  test('came before its stage was open', () => {
    const stages = [group('@acme/data'), group('@acme/security', { stage: 1 })];
    expect(evaluate(stages, [approves('sue'), approves('dana')]).notCounting).toEqual([
      {
        reviewId: 100,
        login: 'sue',
        reason: `approved before those who must approve first: ${ask} once they have`,
      },
    ]);
  });

  test('but one more than it takes is no mistake', () => {
    const outcome = evaluate([group('@acme/data')], [approves('dana'), approves('sam')]);
    expect(outcome.notCounting).toEqual([]);
    expect(outcome.counting.map(({ id }) => id)).toEqual([100, 101]);
  });

  test('and one within its time does', () => {
    const submittedAt = now - 7 * 24 * 60 * minute + 1;
    expect(evaluate(anyOwner, [approves('hubot', { submittedAt })]).approved).toBe(true);
  });

  test('and a veto neither lapses nor is bound to content', () => {
    const old = objects('hubot', { submittedAt: 0, digest: 'sha256:then' });
    expect(evaluate([owners('@hubot', '@dana')], [old, approves('dana')])).toMatchObject({
      state: 'vetoed',
      vetoes: [{ reviewId: 100, login: 'hubot' }],
    });
  });
});

const still = (requirements: Requirement[], given: Given[], facts?: Partial<Approvals>) =>
  evaluate(requirements, given, facts).requirements.map(({ canApprove }) =>
    canApprove.map(({ login }) => login),
  );

describe('who can still approve', () => {
  test.each<[string, Requirement[], Given[], string[][]]>([
    ['owners who contributed nothing and may write', anyOwner, [], [['hubot']]],
    ['nobody where it is met', anyOwner, [approves('hubot')], [[]]],
    ['the others of a group', [group('@acme/data', { count: 2 })], [approves('dana')], [['sam']]],
    ['who approved other content', anyOwner, [approves('hubot', { digest: 'sha256:then' })], [['hubot']]],
    [
      'who came too early',
      [group('@acme/data'), group('@acme/security', { stage: 1 })],
      [approves('sue'), approves('dana')],
      [[], ['sam', 'sue']],
    ],
  ])('%s', (_, requirements, given, logins) => expect(still(requirements, given)).toEqual(logins));

  test('each person once, by whatever name they are looked up', () => {
    expect(still([owners('@docs', 'docs@acme.com')], [])).toEqual([['docs']]);
  });
});

const why = (requirements: Requirement[], given: Given[] = [], facts: Partial<Approvals> = {}) =>
  evaluate(requirements, given, facts).requirements.map(({ impossible }) => impossible);
const reason = (start: string) =>
  `${start} can approve: the others contributed, would gain by it, are needed elsewhere or are not able to`;

describe('impossible is', () => {
  test.each<[string, Requirement[], (string | null)[]]>([
    ['what nobody owns', [owners()], ['nobody owns access-requests.yaml']],
    ['what only contributors own', [owners('@mona', '@pat')], [reason('nobody of @mona, @pat')]],
    ['more than there are', [group('@acme/data', { count: 3 })], [reason('fewer than 3 of @acme/data')]],
    ['one person for two groups', [group('@sam'), group('@sam')], [null, reason('nobody of @sam')]],
    ['not the whole organization', [group('@acme', { count: 99 })], [null]],
    ['not a team whose members are not in the directory', [group('@acme/security')], [null]],
  ])('%s', (_, requirements, sentences) => expect(why(requirements)).toEqual(sentences));

  test('what is met already is not', () => {
    expect(why([owners('@hubot')], [approves('hubot')])).toEqual([null]);
  });

  test('everything while a contributor is unknown', () => {
    const unknown = [{ sha: null, email: null, reason: 'GitHub does not say who pushed to this branch' }];
    const contributors = { people: new Map(), unknown };
    expect(why(anyOwner, [], { contributors })).toEqual([
      "nobody's approval counts while it is unknown who contributed: GitHub does not say who pushed to this branch",
    ]);
    expect(evaluate(anyOwner, [], { contributors }).state).toBe('impossible');
  });
});

test('what asks nobody is approved by asking nobody, even of unknown contributors', () => {
  const contributors = { people: new Map(), unknown: [{ sha: null, email: null, reason: 'x' }] };
  expect(evaluate([], [], { contributors }).approved).toBe(true);
});

test('a person or team that was not looked up is a bug, not an answer', () => {
  expect(() => evaluate([owners('@stranger')], [approves('hubot')])).toThrow(/was not looked up/);
  expect(directory.people.has('stranger')).toBe(false);
});
