import { afterAll, beforeAll, expect, test } from 'vitest';
import { checks, mergeQueue, pullRequest, ruled } from '../rulesets.ts';
import { path, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let number: number;
let nodeId: string;
let heads: string[];
beforeAll(async () => {
  const { app } = seed;
  it = await stage({ app: { ...app, permissions: { ...app.permissions, merge_queues: 'read' } } });
  const { sha } = await mona().writesFiles('ask', { [REQUESTS]: 'asked\n' });
  const pull = await mona().opensPullRequest({ title: 'Ask', branch: 'ask' });
  number = pull.number;
  nodeId = String(pull['node_id']);
  const forced = await mona().writesFiles('ask', { [REQUESTS]: 'asked again\n' }, 'Ask', {
    forceFrom: 'main',
  });
  heads = [sha, forced.sha];
  await ruled(it, [pullRequest({ required_approving_review_count: 1 })]);
});
afterAll(() => it.close());

const mona = () => it.world.person('mona');

test('a pull request says what it is, where it stands and when it was pushed by force', async () => {
  const query = `query ($owner: String!, $name: String!, $number: Int!) {
    repository(owner: $owner, name: $name) {
      pullRequest(number: $number) {
        id number state isDraft headRefOid baseRefOid baseRefName mergeStateStatus mergeable reviewDecision
        mergeQueueEntry { position state } author { login }
        commits(last: 1) { totalCount nodes { commit { oid messageHeadline } } }
        timelineItems(first: 10, itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT]) {
          nodes { ... on HeadRefForcePushedEvent { beforeCommit { oid } afterCommit { oid } createdAt actor { login } } }
        }
      }
      object(expression: "main:${REQUESTS}") { ... on Blob { text byteSize } }
      ref(qualifiedName: "refs/heads/main") { target { oid ... on Commit { tree { entries { name type } } } } }
      mergeQueue(branch: "main") { entries(first: 1) { totalCount } }
      pullRequests(first: 10, states: [OPEN]) { nodes { number } pageInfo { hasNextPage } }
    }
  }`;
  const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
  const [before, after] = heads;
  const { repository } = await it.app.graphql<{ repository: object }>(query, {
    owner: 'acme',
    name: 'access',
    number,
  });
  expect(repository).toEqual({
    pullRequest: {
      id: data.node_id,
      number,
      state: 'OPEN',
      isDraft: false,
      headRefOid: data.head.sha,
      baseRefOid: data.base.sha,
      baseRefName: 'main',
      mergeStateStatus: 'BLOCKED',
      mergeable: 'MERGEABLE',
      reviewDecision: 'REVIEW_REQUIRED',
      mergeQueueEntry: null,
      author: { login: 'mona' },
      commits: { totalCount: 1, nodes: [{ commit: { oid: after, messageHeadline: 'Ask' } }] },
      timelineItems: {
        nodes: [
          {
            beforeCommit: { oid: before },
            afterCommit: { oid: after },
            createdAt: '2026-11-23T10:00:00Z',
            actor: { login: 'mona' },
          },
        ],
      },
    },
    object: { text: 'requests: []\n', byteSize: 13 },
    ref: {
      target: {
        oid: data.base.sha,
        tree: {
          entries: [
            { name: '.github', type: 'tree' },
            { name: 'README.md', type: 'blob' },
            { name: REQUESTS, type: 'blob' },
          ],
        },
      },
    },
    mergeQueue: null,
    pullRequests: { nodes: [{ number }], pageInfo: { hasNextPage: false } },
  });
});

test('a conversation has its comments, labels, requests, reactions and checks', async () => {
  const nick = it.world.person('nick');
  const { data: comment } = await nick.comments(number, 'Why?');
  await mona().request('POST', `${path}/issues/comments/${String(comment['id'])}/reactions`, {
    content: 'eyes',
  });
  await it.app.issues.addLabels({ ...repo, issue_number: number, labels: ['urgent'] });
  await it.app.checks.create({ ...repo, name: 'lint', head_sha: heads[1] ?? '', status: 'in_progress' });
  const query = `{ repository(owner: "acme", name: "access") { pullRequest(number: ${number}) {
    comments(first: 5) { nodes { body viewerDidAuthor authorAssociation reactionGroups { content users { totalCount } } } }
    labels(first: 5) { nodes { name } }
    reviewRequests(first: 5) { nodes { requestedReviewer { ... on Team { slug } } } }
    commits(last: 1) { nodes { commit { statusCheckRollup { state contexts(first: 5) { nodes { ... on CheckRun { name status isRequired(pullRequestNumber: ${number}) } } } } } } }
  } } }`;
  const { data } = await nick.asks(query);
  const groups = expect.arrayContaining([
    { content: 'EYES', users: { totalCount: 1 } },
    { content: 'HEART', users: { totalCount: 0 } },
  ]);
  expect(data).toEqual({
    data: {
      repository: {
        pullRequest: {
          comments: {
            nodes: [
              { body: 'Why?', viewerDidAuthor: true, authorAssociation: 'MEMBER', reactionGroups: groups },
            ],
          },
          labels: { nodes: [{ name: 'urgent' }] },
          reviewRequests: { nodes: [{ requestedReviewer: { slug: 'data-owners' } }] },
          commits: {
            nodes: [
              {
                commit: {
                  statusCheckRollup: {
                    state: 'PENDING',
                    contexts: { nodes: [{ name: 'lint', status: 'IN_PROGRESS', isRequired: false }] },
                  },
                },
              },
            ],
          },
        },
      },
    },
  });
});

test('nodes go by the ids that REST shows', async () => {
  const { data: repository } = await it.app.repos.get(repo);
  for (const [id, expected] of [
    [nodeId, { __typename: 'PullRequest', number }],
    [repository.node_id, { __typename: 'Repository', nameWithOwner: 'acme/access' }],
  ] as const) {
    const fields = '__typename ... on PullRequest { number } ... on Repository { nameWithOwner }';
    const { data } = await mona().asks(`query ($id: ID!) { node(id: $id) { ${fields} } }`, { id });
    expect(data).toEqual({ data: { node: expected } });
  }
  const { data } = await it.world
    .person('eve')
    .asks('query ($id: ID!) { node(id: $id) { id } }', { id: nodeId });
  expect(data).toMatchObject({
    data: { node: null },
    errors: [
      {
        type: 'NOT_FOUND',
        path: ['node'],
        message: `Could not resolve to a node with the global id of '${nodeId}'`,
      },
    ],
  });
});

test('says who asks, whose the organization is and how much may still be asked', async () => {
  const query = `{ viewer { login } organization(login: "acme") { login databaseId } rateLimit { limit cost remaining resetAt } }`;
  const answer = await it.app.graphql(query);
  expect(answer).toMatchObject({
    viewer: { login: 'countersign[bot]' },
    organization: { login: 'acme', databaseId: it.world.organization.id },
    rateLimit: { limit: 5000, cost: 1 },
  });
});

test.each([
  [
    '{ repository(owner: "acme", name: "nope") { id } }',
    'NOT_FOUND',
    "Could not resolve to a Repository with the name 'acme/nope'.",
  ],
  [
    '{ repository(owner: "acme", name: "access") { pullRequest(number: 99) { id } } }',
    'NOT_FOUND',
    'Could not resolve to a PullRequest with the number of 99.',
  ],
  [
    '{ organization(login: "nobody") { id } }',
    'NOT_FOUND',
    "Could not resolve to an Organization with the login of 'nobody'.",
  ],
  [
    '{ repository(owner: "acme", name: "access") { pullRequests { nodes { id } } } }',
    'MISSING_PAGINATION_BOUNDARIES',
    'You must provide a `first` or `last` value to properly paginate the `pullRequests` connection.',
  ],
  ['{ viewer { shoeSize } }', undefined, "Field 'shoeSize' doesn't exist on type 'User'"],
])('%s is refused with 200', async (query, type, message) => {
  const { status, data } = await mona().asks(query);
  expect(status).toBe(200);
  expect(data.errors?.[0]).toMatchObject({ ...(type ? { type } : {}), message });
});

test('asks for a token, and for the permissions that REST asks for', async () => {
  const anonymous = await fetch(`${it.url}/graphql`, { method: 'POST', body: '{"query":"{viewer{login}}"}' });
  expect(anonymous.status).toBe(401);
  const { data } = await it.appItself.apps.createInstallationAccessToken({
    installation_id: it.world.app.installationId,
    permissions: { contents: 'read' },
  });
  const response = await fetch(`${it.url}/graphql`, {
    method: 'POST',
    headers: { authorization: `token ${data.token}` },
    body: JSON.stringify({
      query: `{ repository(owner: "acme", name: "access") { name pullRequest(number: ${number}) { id } } }`,
    }),
  });
  expect(await response.json()).toMatchObject({
    data: { repository: { name: 'access', pullRequest: null } },
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  });
});

test('a queue shows who waits in it', async () => {
  await ruled(it, [mergeQueue(), checks({ required_status_checks: [{ context: 'ci' }] })], { name: 'queue' });
  await it.world.person('lead').approves(number);
  await mona().request('POST', `${path}/statuses/${heads[1]}`, { state: 'success', context: 'ci' });
  await mona().enqueues(number);
  const query = `{ repository(owner: "acme", name: "access") {
    mergeQueue(branch: "main") { configuration { mergeMethod mergingStrategy } entries(first: 5) { nodes { position state enqueuer { login } baseCommit { oid } headCommit { parents(first: 2) { nodes { oid } } } pullRequest { number isInMergeQueue reviewDecision } } } }
  } }`;
  const main = (await it.world.git('rev-parse', 'main')).trim();
  expect((await it.app.graphql<{ repository: object }>(query)).repository).toEqual({
    mergeQueue: {
      configuration: { mergeMethod: 'MERGE', mergingStrategy: 'ALLGREEN' },
      entries: {
        nodes: [
          {
            position: 1,
            state: 'AWAITING_CHECKS',
            enqueuer: { login: 'mona' },
            baseCommit: { oid: main },
            headCommit: { parents: { nodes: [{ oid: main }, { oid: heads[1] }] } },
            pullRequest: { number, isInMergeQueue: true, reviewDecision: 'APPROVED' },
          },
        ],
      },
    },
  });
});
