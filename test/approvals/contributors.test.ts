import { describe, expect, test } from 'vitest';
import { coAuthors, contributorsOf, type ContributedCommit } from '../../src/approvals/contributors.ts';
import type { Directory } from '../../src/policies/directory.ts';

const mona = { id: 1 };
const hubot = { id: 2 };
const octocat = { id: 3 };

const directory: Directory = {
  organization: 'acme',
  people: new Map(),
  teams: new Map([
    [
      'acme/on-call',
      { id: 77, name: 'acme/on-call', visible: true, canWrite: false, members: new Set([4, 5]) },
    ],
  ]),
};

const signed = (account: { id: number } | null, email = `${account?.id ?? 'nobody'}@example.com`) => ({
  account,
  email,
});
const webFlow = signed({ id: 19_864_447 }, 'noreply@github.com');

function commit(facts: Partial<ContributedCommit> = {}): ContributedCommit {
  const author = facts.author ?? signed(mona);
  return {
    sha: '1a2b3c4d5e',
    author,
    committer: author,
    message: 'Ask for access',
    cleanMerge: false,
    ...facts,
  };
}

function contributors(facts: Partial<Parameters<typeof contributorsOf>[0]>) {
  const { people, unknown } = contributorsOf({
    author: mona,
    commits: [],
    accounts: new Map(),
    pushers: [],
    principals: [],
    directory,
    ...facts,
  });
  return { people: Object.fromEntries(people), unknown };
}

const opened = { 1: 'opened this pull request' };

describe('a contributor is', () => {
  test.each([
    ['the author', {}, opened],
    ['who pushed', { pushers: [mona, hubot] }, { ...opened, 2: 'pushed to this branch' }],
    [
      'who wrote a commit',
      { commits: [commit({ author: signed(hubot) })] },
      { ...opened, 2: 'wrote commit 1a2b3c4' },
    ],
    [
      'who committed it',
      { commits: [commit({ author: signed(hubot), committer: signed(octocat) })] },
      { ...opened, 2: 'wrote commit 1a2b3c4', 3: 'committed 1a2b3c4' },
    ],
    [
      'a co-author, whatever the case of the address',
      {
        commits: [commit({ message: 'x\n\nCo-authored-by: O <Octo@Example.com>' })],
        accounts: new Map([['octo@example.com', 3]]),
      },
      { ...opened, 3: 'co-authored commit 1a2b3c4' },
    ],
    [
      'a co-author by the address that GitHub gave them',
      { commits: [commit({ message: 'x\n\nCo-authored-by: O <3+octo@users.noreply.github.com>' })] },
      { ...opened, 3: 'co-authored commit 1a2b3c4' },
    ],
    [
      'who would receive the access',
      { principals: [{ kind: 'user', id: 2, name: 'hubot' }] },
      { ...opened, 2: 'would receive the access' },
    ],
    [
      'who is in the team that would',
      { principals: [{ kind: 'team', id: 77, name: 'on-call' }] },
      {
        ...opened,
        4: 'is in the team that would receive the access',
        5: 'is in the team that would receive the access',
      },
    ],
  ] as const)('%s', (_, facts, people) => {
    expect(contributors(facts)).toEqual({ people, unknown: [] });
  });

  test('known by the first reason alone', () => {
    const facts = { pushers: [mona, hubot], commits: [commit({ author: signed(hubot) })] };
    expect(contributors(facts).people).toEqual({ ...opened, 2: 'pushed to this branch' });
  });
});

describe('no contributor is', () => {
  test.each([
    [
      'GitHub as the committer of what is done on its pages',
      { commits: [commit({ author: signed(mona), committer: webFlow })] },
    ],
    [
      'who merged the base cleanly',
      { commits: [commit({ author: signed(hubot), committer: signed(null), cleanMerge: true })] },
    ],
    ['a service account', { principals: [{ kind: 'service_account', id: null, name: 'deploy-bot' }] }],
  ] as const)('%s', (_, facts) => {
    expect(contributors(facts)).toEqual({ people: opened, unknown: [] });
  });
});

describe('unknown is', () => {
  const email = 'nobody@example.com';
  test.each([
    [
      'an author',
      commit({ author: signed(null), committer: webFlow }),
      '<nobody@example.com>, who wrote commit 1a2b3c4, belongs to no GitHub account',
    ],
    [
      'a committer',
      commit({ committer: signed(null) }),
      '<nobody@example.com>, who committed 1a2b3c4, belongs to no GitHub account',
    ],
    [
      'a co-author',
      commit({ message: `x\n\nco-authored-by: N <${email}>` }),
      '<nobody@example.com>, who co-authored commit 1a2b3c4, belongs to no GitHub account',
    ],
  ])('%s whose e-mail belongs to nobody', (_, made, reason) => {
    expect(contributors({ commits: [made] })).toEqual({
      people: opened,
      unknown: [{ sha: '1a2b3c4d5e', email, reason }],
    });
  });

  test('whoever says as an author that they are GitHub, without an account', () => {
    expect(
      contributors({ commits: [commit({ author: signed(null, 'noreply@github.com') })] }).unknown,
    ).toHaveLength(1);
  });

  test('a pusher whom GitHub does not name', () => {
    expect(contributors({ pushers: [null] }).unknown).toEqual([
      { sha: null, email: null, reason: 'GitHub does not say who pushed to this branch' },
    ]);
  });
});

test.each([
  ['a principal', { kind: 'user', id: null, name: 'mona' }],
  ['a team', { kind: 'team', id: 78, name: 'gone' }],
] as const)('%s that was not looked up is a bug', (_, principal) => {
  expect(() => contributors({ principals: [principal] })).toThrow(/was not looked up/);
});

test.each([
  ['', []],
  ['Fix\n\nCo-authored-by: Mona <mona@example.com>', ['mona@example.com']],
  ['Co-Authored-By: A <a@x.com>\r\nCO-AUTHORED-BY:B<b@x.com>\n', ['a@x.com', 'b@x.com']],
  [
    'Fix\n\nCo-authored-by: A <a@x.com>\n\nmore words\n  co-authored-by : B < b@x.com >',
    ['a@x.com', 'b@x.com'],
  ],
  ['Co-authored-by: a@x.com', ['a@x.com']],
  ['Co-authored-by: Mona', ['Mona']],
  ['It was co-authored-by: A <a@x.com>', []],
])('%j has the co-authors %j', (message, emails) => {
  expect(coAuthors(message)).toEqual(emails);
});
