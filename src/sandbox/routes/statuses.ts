import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { createStatus } from '../actions/statuses.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { combinedState, latestStatuses } from '../model/status.ts';
import { apiUrl, repositoryPayload } from '../payloads/repository.ts';
import { simpleStatus, statusPayload } from '../payloads/status.ts';
import { repositoryOf } from './access.ts';
import { resolve } from './commits.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['statuses:read'] } as const;
const WRITE = { app: ['statuses:write'], person: 'write', hidden: true } as const;

const StatusBody = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(140).nullish(),
  target_url: z.string().nullish(),
});

/** Statuses of commits: what was said of them before there were check runs. */
export function statusRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo';

  routes.post(`${base}/statuses/:sha`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const sha = await commitOf(repository, param(c, 'sha'));
    const { state, context, description = null, target_url: targetUrl = null } = await bodyOf(c, StatusBody);
    const said = { sha, state, context, description, targetUrl };
    const status = await createStatus(github, repository, performerOf(c), said);
    return c.json(statusPayload(github, repository, status), 201);
  });
  routes.get(`${base}/commits/:ref/statuses`, async (c) => {
    const { repository, sha } = await readable(c, github);
    const statuses = repository.statuses.filter((status) => status.sha === sha).toReversed();
    return c.json(paged(c, github, statuses).map((status) => statusPayload(github, repository, status)));
  });
  routes.get(`${base}/commits/:ref/status`, async (c) => {
    const { repository, sha } = await readable(c, github);
    const statuses = latestStatuses(repository.statuses, sha);
    const url = `${apiUrl(github, repository)}/commits/${sha}`;
    return c.json({
      state: combinedState(statuses),
      statuses: paged(c, github, statuses).map((status) => simpleStatus(github, repository, status)),
      sha,
      total_count: statuses.length,
      repository: repositoryPayload(github, repository),
      commit_url: url,
      url: `${url}/status`,
    });
  });
  return routes;
}

async function readable(c: Context<Env>, github: GitHub) {
  const repository = repositoryOf(c, github, READ);
  return { repository, sha: await commitOf(repository, param(c, 'ref')) };
}

async function commitOf(repository: Repository, name: string): Promise<string> {
  const sha = await resolve(repository, name);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${name}`);
  return sha;
}
