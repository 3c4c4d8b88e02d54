import { Hono } from 'hono';
import { z } from 'zod';
import { editPull, openPull, requestReviews } from '../actions/pull-requests.ts';
import { mergePull } from '../actions/merges.ts';
import { updateHead } from '../actions/update-head.ts';
import { atLeast, levelOf, teamLevel } from '../model/access.ts';
import { teamBySlug } from '../model/account.ts';
import { headRepository, userByLogin, type GitHub } from '../model/github.ts';
import { pullChanges, pullCommits, pullDiff } from '../model/pull-changes.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { diffEntry } from '../payloads/commit.ts';
import { fullPull, listedPull } from '../payloads/pull.ts';
import { allow, pullOf, repositoryOf } from './access.ts';
import { commitList } from './commits.ts';
import { lastModified } from './conditional.ts';
import { bodyOf, onlyKnows, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['pull_requests:read'] } as const;
const WRITE = { app: ['pull_requests:write'], person: 'write' } as const;

const NewPullBody = z.object({
  title: z.string(),
  head: z.string(),
  base: z.string(),
  body: z.string().nullish(),
  draft: z.boolean().optional(),
  maintainer_can_modify: z.boolean().default(true),
});
const EditPullBody = z.object({
  title: z.string().optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
  maintainer_can_modify: z.boolean().optional(),
});
const MergeBody = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});
const UpdateBranchBody = z.object({ expected_head_sha: z.string().optional() });
const ReviewersBody = z.object({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});

/** Pull requests, from opening to merging. */
export function pullRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/pulls';

  routes.get(base, async (c) => {
    const repository = repositoryOf(c, github, READ);
    onlyKnows(c, 'sort', 'created');
    const { state = 'open', head, base: into, direction = 'desc' } = c.req.query();
    const found = pullsOf(repository).filter(
      (pull) =>
        (state === 'all' || pull.state === state) &&
        (head === undefined || `${headRepository(github, pull).owner.login}:${pull.head.ref}` === head) &&
        (into === undefined || pull.base.ref === into),
    );
    const ordered = direction === 'asc' ? found : found.toReversed();
    const pulls = paged(c, github, ordered);
    return c.json(await Promise.all(pulls.map((pull) => listedPull(github, repository, pull))));
  });
  routes.post(base, async (c) => {
    const repository = repositoryOf(c, github, { ...WRITE, person: 'read' });
    const body = await bodyOf(c, NewPullBody);
    const { maintainer_can_modify: maintainerCanModify, ...wanted } = body;
    const input = { ...wanted, maintainerCanModify };
    const pull = await openPull(github, repository, performerOf(c), input);
    return c.json(await fullPull(github, repository, pull), 201);
  });
  routes.get(`${base}/:number`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const pull = pullOf(c, repository);
    lastModified(c, pull.updatedAt);
    if (/github(\.v3)?\.diff/.test(c.req.header('accept') ?? ''))
      return c.body(await pullDiff(repository, pull), 200, {
        'content-type': 'application/vnd.github.diff; charset=utf-8',
      });
    return c.json(await fullPull(github, repository, pull));
  });
  routes.patch(`${base}/:number`, async (c) => {
    const repository = repositoryOf(c, github, { ...WRITE, person: 'read' });
    const pull = pullOf(c, repository);
    const performer = performerOf(c);
    if (performer.user !== pull.author) allow(c, repository, WRITE);
    const { maintainer_can_modify: maintainerCanModify, ...edit } = await bodyOf(c, EditPullBody);
    await editPull(github, repository, performer, pull, { ...edit, maintainerCanModify });
    return c.json(await fullPull(github, repository, pull));
  });
  routes.get(`${base}/:number/files`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const pull = pullOf(c, repository);
    const files = paged(c, github, (await pullChanges(repository, pull)).slice(0, github.limits.pullFiles));
    return c.json(files.map((file) => diffEntry(github, repository, file, pull.head.sha)));
  });
  routes.get(`${base}/:number/commits`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const shas = (await pullCommits(repository, pullOf(c, repository))).slice(0, github.limits.pullCommits);
    return c.json(await commitList(github, repository, paged(c, github, shas)));
  });
  routes.get(`${base}/:number/merge`, (c) => {
    const { merged } = pullOf(c, repositoryOf(c, github, READ));
    return merged ? c.body(null, 204) : c.json({ message: 'Not Found', status: '404' }, 404);
  });
  routes.put(`${base}/:number/merge`, async (c) => {
    const repository = repositoryOf(c, github, { app: ['contents:write'], person: 'write' });
    const pull = pullOf(c, repository);
    const body = await bodyOf(c, MergeBody);
    const sha = await mergePull(github, repository, performerOf(c), pull, {
      method: body.merge_method,
      sha: body.sha,
      title: body.commit_title,
      message: body.commit_message,
    });
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' });
  });
  routes.put(`${base}/:number/update-branch`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    const { expected_head_sha: expected } = await bodyOf(c, UpdateBranchBody);
    await updateHead(github, repository, performerOf(c), pull, expected);
    const url = `${github.url}/${repository.owner.login}/${repository.name}/pull/${pull.number}`;
    return c.json({ message: 'Updating pull request branch.', url }, 202);
  });

  routes.post(`${base}/:number/requested_reviewers`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    const reviewers = reviewersOf(github, repository, pull, await bodyOf(c, ReviewersBody));
    await requestReviews(github, repository, performerOf(c), pull, reviewers);
    return c.json(await listedPull(github, repository, pull), 201);
  });
  routes.delete(`${base}/:number/requested_reviewers`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    const { reviewers, team_reviewers: teams } = await bodyOf(c, ReviewersBody);
    const { user: sender } = performerOf(c);
    const leaving = [
      ...pull.requestedReviewers.filter(({ login }) => reviewers.includes(login)),
      ...pull.requestedTeams.filter(({ slug }) => teams.includes(slug)),
    ];
    pull.requestedReviewers = pull.requestedReviewers.filter((user) => !leaving.includes(user));
    pull.requestedTeams = pull.requestedTeams.filter((team) => !leaving.includes(team));
    for (const reviewer of leaving)
      await github.publish({
        event: 'pull_request',
        action: 'review_request_removed',
        repository,
        sender,
        pull,
        reviewer,
      });
    return c.json(await listedPull(github, repository, pull));
  });
  return routes;
}

/** The people and teams of a review request; 422 unless each may review. */
function reviewersOf(
  github: GitHub,
  repository: Repository,
  pull: Pull,
  body: z.infer<typeof ReviewersBody>,
) {
  const users = body.reviewers.map((login) => {
    const user = userByLogin(github, login);
    if (user === pull.author) throw new Refusal(422, 'Review cannot be requested from pull request author.');
    if (user && atLeast(levelOf(repository, user), 'read')) return user;
    throw new Refusal(
      422,
      'Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the ' +
        `${repository.owner.login}/${repository.name} repository.`,
    );
  });
  const teams = body.team_reviewers.map((slug) => {
    const team = teamBySlug(repository.owner, slug);
    if (team && teamLevel(repository, team) !== 'none') return team;
    throw new Refusal(
      422,
      'Reviews may only be requested from collaborators. One or more of the teams you specified is not a collaborator of the ' +
        `${repository.owner.login}/${repository.name} repository.`,
    );
  });
  return [...users, ...teams];
}
