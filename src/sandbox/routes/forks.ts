import { Hono } from 'hono';
import { z } from 'zod';
import { forkRepository } from '../actions/forks.ts';
import { sees } from '../model/access.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { fullRepository, repositoryPayload } from '../payloads/repository.ts';
import { NOT_ACCESSIBLE, repositoryOf } from './access.ts';
import { bodyOf, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['metadata:read'] } as const;

/** A fork goes to the account of the person who asks, under the name that it had. */
const ForkBody = z.strictObject({ default_branch_only: z.literal(false).optional() });

export function forkRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/repos/:owner/:repo/forks', (c) => {
    const repository = repositoryOf(c, github, READ);
    const forks = [...github.repositories.values()].filter(
      (fork) => fork.parent === repository && sees(c.get('viewer'), fork),
    );
    return c.json(paged(c, github, forks).map((fork) => repositoryPayload(github, fork)));
  });
  routes.post('/repos/:owner/:repo/forks', async (c) => {
    const repository = repositoryOf(c, github, READ);
    const { user, app } = performerOf(c);
    if (app) throw new Refusal(403, NOT_ACCESSIBLE);
    await bodyOf(c, ForkBody);
    const fork = await forkRepository(github, repository, user);
    return c.json(fullRepository(github, fork, 'admin'), 202);
  });
  return routes;
}
