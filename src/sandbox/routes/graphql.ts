import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { Asker } from '../graphql/asker.ts';
import { answerQuery } from '../graphql/execution.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { bodyOf, type Env } from './context.ts';

const QueryBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** GitHub's GraphQL API: one endpoint, for people and for apps with an installation's token. */
export function graphqlRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.post('/graphql', async (c) => {
    const viewer = c.get('viewer');
    if (viewer.kind === 'anonymous')
      throw new Refusal(401, 'This endpoint requires you to be authenticated.');
    if (viewer.kind === 'app') throw new Refusal(401, 'Bad credentials');
    return c.json(await answerQuery({ github, viewer, quota: quotaOf(c) }, await bodyOf(c, QueryBody)));
  });
  return routes;
}

/** What the headers of this answer already say. */
function quotaOf(c: Context<Env>): Asker['quota'] {
  const number = (name: string) => Number(c.res.headers.get(`x-ratelimit-${name}`));
  return {
    limit: number('limit'),
    remaining: number('remaining'),
    used: number('used'),
    reset: new Date(number('reset') * 1000),
  };
}
