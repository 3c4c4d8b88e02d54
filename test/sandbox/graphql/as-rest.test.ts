import type { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

// The same facts by both ways: what an app asks by GraphQL is what REST tells it, but for what GitHub's own schema says otherwise.

let it: Stage;
let number: number;
let headSha: string;
beforeAll(async () => {
  it = await stage({
    people: { ...seed.people, lena: { teams: ['child'] } },
    teams: {
      ...seed.teams,
      parent: { permission: 'push' },
      child: { parent: 'parent' },
      hidden: { privacy: 'secret' },
    },
  });
  const { world } = it;
  await world.person('mona').writesFiles('ask', { [REQUESTS]: 'asked\n' });
  await byBot();
  ({ number } = await world.person('mona').opensPullRequest({ title: 'Ask', branch: 'ask' }));
  headSha = (await world.git('rev-parse', 'ask')).trim();
  await world.person('lead').approves(number);
  await world.person('nick').reviews(number, 'REQUEST_CHANGES', 'No');
});
afterAll(() => it.close());

/** A commit of the app's own. */
async function byBot(): Promise<void> {
  const content = Buffer.from('two\n').toString('base64');
  await it.app.repos.createOrUpdateFileContents({
    ...repo,
    path: 'bot.md',
    message: 'By a bot',
    content,
    branch: 'ask',
  });
}

/** What the repository holds, as the app is told by GraphQL. */
async function asked<Answer>(fields: string, app: Octokit = it.app): Promise<Answer> {
  const query = `query ($owner: String!, $repo: String!) { repository(owner: $owner, name: $repo) { ${fields} } }`;
  const { repository } = await app.graphql<{ repository: Answer }>(query, repo);
  return repository;
}

interface Actor {
  email: string;
  user: { databaseId: number; login: string } | null;
}
interface Commits {
  pullRequest: {
    commits: {
      nodes: {
        commit: {
          oid: string;
          parents: { nodes: { oid: string }[] };
          author: Actor;
          committer: Actor;
          signature: { isValid: boolean } | null;
        };
      }[];
    };
  };
}

test('commits, with the people behind them: GraphQL alone leaves bots out', async () => {
  const actor = '{ email user { databaseId login } }';
  const [{ data }, { pullRequest }] = await Promise.all([
    it.app.pulls.listCommits({ ...repo, pull_number: number }),
    asked<Commits>(
      `pullRequest(number: ${number}) { commits(first: 9) { nodes { commit {
        oid parents(first: 9) { nodes { oid } } author ${actor} committer ${actor} signature { isValid }
      } } } }`,
    ),
  ]);
  const person = (user: { id?: number; login?: string; type?: string } | null) =>
    user?.type === 'User' ? { databaseId: user.id, login: user.login } : null;
  expect(data.map(({ author }) => author?.['type'])).toEqual(['User', 'Bot']);
  expect(pullRequest.commits.nodes.map(({ commit }) => commit)).toEqual(
    data.map(({ sha, parents, commit, author, committer }) => ({
      oid: sha,
      parents: { nodes: parents.map((parent) => ({ oid: parent.sha })) },
      author: { email: commit.author?.email, user: person(author) },
      committer: { email: commit.committer?.email, user: person(committer) },
      signature: commit.verification?.verified === true ? { isValid: true } : null,
    })),
  );
});

test('reviews, by their whole ids', async () => {
  const [{ data }, answer] = await Promise.all([
    it.app.pulls.listReviews({ ...repo, pull_number: number }),
    asked(
      `pullRequest(number: ${number}) { reviews(first: 9) { nodes {
        fullDatabaseId state submittedAt author { __typename login ... on User { databaseId } } commit { oid }
      } } }`,
    ),
  ]);
  const nodes = data.map(({ id, state, submitted_at: at, user, commit_id: oid }) => ({
    fullDatabaseId: String(id),
    state,
    submittedAt: at,
    author: { __typename: 'User', login: user?.login, databaseId: user?.id },
    commit: { oid },
  }));
  expect(nodes).toHaveLength(2);
  expect(answer).toEqual({ pullRequest: { reviews: { nodes } } });
});

test('the open pull requests of a commit, which are no longer told of once it is on the default branch', async () => {
  const pullsOf = async (sha: string) => {
    const fields = `object(oid: "${sha}") { ... on Commit { associatedPullRequests(first: 9) { nodes { number } } } }`;
    const { object } = await asked<{ object: { associatedPullRequests: { nodes: { number: number }[] } } }>(
      fields,
    );
    return object.associatedPullRequests.nodes.map((pull) => pull.number);
  };
  const byRest = async (sha: string) => {
    const { data } = await it.app.repos.listPullRequestsAssociatedWithCommit({ ...repo, commit_sha: sha });
    return data.map((pull) => pull.number);
  };
  const mona = it.world.person('mona');
  const other = await mona.opensPullRequest({ title: 'Other', branch: 'other', files: { 'other.md': '1' } });
  expect([await pullsOf(headSha), await pullsOf(other.head.sha)]).toEqual([[number], [other.number]]);
  expect([await byRest(headSha), await byRest(other.head.sha)]).toEqual([[number], [other.number]]);
  await it.world.git('update-ref', 'refs/heads/main', other.head.sha);
  expect(await pullsOf(other.head.sha)).toEqual([]);
});

test('the teams of the organization and who is in them, children included', async () => {
  for (const slug of ['engineering', 'parent', 'hidden', 'imaginary']) {
    const query = `query ($slug: String!) { organization(login: "acme") { team(slug: $slug) {
      databaseId slug privacy members(first: 100, membership: ALL) { totalCount nodes { databaseId login } }
    } } }`;
    const { organization } = await it.app.graphql<{ organization: { team: object | null } }>(query, { slug });
    const team = { org: 'acme', team_slug: slug };
    expect(organization.team).toEqual(await teamByRest(team));
  }
});

/** In the words of GraphQL; null where there is none. */
async function teamByRest(team: { org: string; team_slug: string }) {
  const found = await it.app.teams.getByName(team).catch(() => null);
  if (!found) return null;
  const { data: members } = await it.app.teams.listMembersInOrg(team);
  return {
    databaseId: found.data.id,
    slug: team.team_slug,
    privacy: found.data.privacy === 'closed' ? 'VISIBLE' : 'SECRET',
    members: {
      totalCount: members.length,
      nodes: members.map(({ id, login }) => ({ databaseId: id, login })),
    },
  };
}

test('what an app has no permission for is refused, and not empty', async () => {
  const { app } = seed;
  const narrow = await stage({ app: { ...app, permissions: { pull_requests: 'read' } } });
  const pull = await narrow.world
    .person('mona')
    .opensPullRequest({ title: 'Ask', branch: 'ask', files: { [REQUESTS]: '1' } });
  const refusal = { errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }] };
  const inPull = (fields: string) => asked(`pullRequest(number: ${pull.number}) { ${fields} }`, narrow.app);
  await expect(inPull('commits(first: 1) { totalCount }')).rejects.toMatchObject(refusal);
  await expect(
    narrow.app.graphql('{ organization(login: "acme") { team(slug: "engineering") { slug } } }'),
  ).rejects.toMatchObject(refusal);
  await narrow.close();
});

test('check runs are made and updated by the app that they are of, within the limits of REST', async () => {
  const { data: repository } = await it.app.repos.get(repo);
  const create = `mutation ($input: CreateCheckRunInput!) {
    createCheckRun(input: $input) { checkRun { id name status conclusion } } }`;
  const input = {
    repositoryId: repository.node_id,
    name: 'access/policy',
    headSha,
    status: 'IN_PROGRESS',
    externalId: 'one',
    output: {
      title: 'Waits',
      summary: 'For somebody',
      annotations: [
        {
          path: REQUESTS,
          location: { startLine: 1, endLine: 1, startColumn: 2, endColumn: 3 },
          annotationLevel: 'WARNING',
          message: 'Look',
          title: 'a-code',
        },
      ],
    },
  };
  const { createCheckRun } = await it.app.graphql<{ createCheckRun: { checkRun: { id: string } } }>(create, {
    input,
  });
  const update = `mutation ($input: UpdateCheckRunInput!) { updateCheckRun(input: $input) { checkRun { conclusion } } }`;
  const { id: checkRunId } = createCheckRun.checkRun;
  const concluded = {
    repositoryId: repository.node_id,
    checkRunId,
    status: 'COMPLETED',
    conclusion: 'SUCCESS',
    output: { title: 'Approved', summary: 'By lead' },
  };
  expect(await it.app.graphql(update, { input: concluded })).toEqual({
    updateCheckRun: { checkRun: { conclusion: 'SUCCESS' } },
  });
  const { data } = await it.app.checks.listForRef({ ...repo, ref: headSha });
  expect(data.check_runs).toMatchObject([
    {
      node_id: checkRunId,
      name: 'access/policy',
      status: 'completed',
      conclusion: 'success',
      external_id: 'one',
      output: { title: 'Approved', summary: 'By lead', annotations_count: 1 },
    },
  ]);
  const tooMany = Array.from({ length: 51 }, () => input.output.annotations[0]);
  await expect(
    it.app.graphql(create, { input: { ...input, output: { ...input.output, annotations: tooMany } } }),
  ).rejects.toThrow('No more than 50 items');
  const { data: refused } = await it.world.person('boss').asks(create, { input });
  expect(refused.errors?.[0]).toMatchObject({ type: 'FORBIDDEN' });
});
