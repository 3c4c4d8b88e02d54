import { Hono, type Context } from 'hono';
import { diff } from '../git/diff.ts';
import { commitsBetween, history, mergeBase } from '../git/history.ts';
import type { GitHub } from '../model/github.ts';
import { pullsWith } from '../model/pull-changes.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { commitPayload, commitWithFiles, diffEntry } from '../payloads/commit.ts';
import { listedPull } from '../payloads/pull.ts';
import { apiUrl, pageUrl } from '../payloads/repository.ts';
import { repositoryOf } from './access.ts';
import { onlyKnows, param, type Env } from './context.ts';
import { paged, pageOf } from './paging.ts';

const READ = { app: ['contents:read'] } as const;

/** History: commits, and what lies between two of them. */
export function commitRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo';

  routes.get(`${base}/commits`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const from = await resolve(repository, c.req.query('sha') ?? repository.defaultBranch);
    if (from === undefined) throw notFound();
    for (const name of ['author', 'committer', 'since', 'until']) onlyKnows(c, name);
    const path = c.req.query('path');
    const shas = await history(repository.git, from, { path, skip: 0, count: 10_000 });
    return c.json(await commitList(github, repository, paged(c, github, shas)));
  });
  routes.get(`${base}/commits/:sha/pulls`, async (c) => {
    const repository = repositoryOf(c, github, { app: ['contents:read', 'pull_requests:read'] });
    const sha = await resolve(repository, param(c, 'sha'));
    if (sha === undefined) throw noCommit(param(c, 'sha'));
    const pulls = paged(c, github, await pullsWith(repository, sha));
    return c.json(await Promise.all(pulls.map((pull) => listedPull(github, repository, pull))));
  });
  routes.get(`${base}/commits/:ref{.+}`, async (c, next) => {
    if (/\/(check-runs|check-suites|status|statuses|pulls|comments)$/.test(c.req.path)) return next();
    const repository = repositoryOf(c, github, READ);
    const sha = await resolve(repository, param(c, 'ref'));
    if (sha === undefined) throw noCommit(param(c, 'ref'));
    return c.json(await commitWithFiles(github, repository, sha));
  });
  routes.get(`${base}/compare/:basehead{.+}`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const [from = '', to = ''] = param(c, 'basehead').split('...');
    const [fromSha, toSha] = await Promise.all([resolve(repository, from), resolve(repository, to)]);
    if (fromSha === undefined || toSha === undefined) throw notFound();
    return c.json(await comparison(c, github, repository, fromSha, toSha));
  });
  return routes;
}

function noCommit(ref: string): Refusal {
  return new Refusal(422, `No commit found for SHA: ${ref}`);
}

/** A commit by SHA, branch or tag. */
export async function resolve({ git }: Repository, name: string): Promise<string | undefined> {
  const ref = name.replace(/^refs\//, '').replace(/^[^/]+:/, '');
  for (const candidate of [`refs/heads/${ref}`, `refs/tags/${ref}`, `refs/${ref}`, ref]) {
    const sha = await git.commitSha(candidate);
    if (sha !== undefined) return sha;
  }
  return undefined;
}

export function commitList(github: GitHub, repository: Repository, shas: readonly string[]) {
  return Promise.all(
    shas.map(async (sha) => commitPayload(github, repository, await repository.git.commit(sha))),
  );
}

async function comparison(c: Context<Env>, github: GitHub, repository: Repository, from: string, to: string) {
  const { git } = repository;
  const fork = await mergeBase(git, from, to);
  if (fork === undefined) throw new Refusal(404, `No common ancestor between ${from} and ${to}.`);
  const [ahead, behind, files] = await Promise.all([
    commitsBetween(git, from, to),
    commitsBetween(git, to, from),
    diff(git, fork, to),
  ]);
  const { page } = pageOf(c);
  const commit = async (sha: string) => commitPayload(github, repository, await git.commit(sha));
  const range = `${from}...${to}`;
  const html = `${pageUrl(github, repository)}/compare/${range}`;
  return {
    url: `${apiUrl(github, repository)}/compare/${range}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: await commit(from),
    merge_base_commit: await commit(fork),
    status: comparisonStatus(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: await Promise.all(comparedCommits(c, github, ahead).map(commit)),
    // Files come with the first page alone.
    files:
      page === 1
        ? files.slice(0, github.limits.comparedFiles).map((file) => diffEntry(github, repository, file, to))
        : [],
  };
}

/** Unpaged, a comparison lists the last commits alone. */
function comparedCommits(c: Context<Env>, github: GitHub, ahead: readonly string[]): string[] {
  const unpaged = c.req.query('page') === undefined && c.req.query('per_page') === undefined;
  return unpaged ? ahead.slice(-github.limits.comparedCommits) : paged(c, github, ahead);
}

function comparisonStatus(ahead: number, behind: number) {
  if (ahead > 0 && behind > 0) return 'diverged';
  if (ahead > 0) return 'ahead';
  return behind > 0 ? 'behind' : 'identical';
}
