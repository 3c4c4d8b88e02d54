import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { dismissReview, submitReview } from '../actions/reviews.ts';
import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { notFound } from '../model/refusal.ts';
import type { Review } from '../model/review.ts';
import { reviewPayload } from '../payloads/review.ts';
import { pullOf, repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['pull_requests:read'] } as const;

const ReviewBody = z.object({
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']),
  body: z.string().optional(),
  commit_id: z.string().optional(),
});
const DismissalBody = z.object({ message: z.string(), event: z.literal('DISMISS').optional() });

/** Reviews: whoever can read may give one; what it counts for is for the branch's rules. */
export function reviewRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/pulls/:number/reviews';

  routes.get(base, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const pull = pullOf(c, repository);
    const reviews = paged(c, github, pull.reviews);
    return c.json(
      await Promise.all(reviews.map((review) => reviewPayload(github, repository, pull, review))),
    );
  });
  routes.post(base, async (c) => {
    const repository = repositoryOf(c, github, { app: ['pull_requests:write'] });
    const pull = pullOf(c, repository);
    const { event, body, commit_id: commitId } = await bodyOf(c, ReviewBody);
    const review = await submitReview(github, repository, performerOf(c), pull, { event, body, commitId });
    return c.json(await reviewPayload(github, repository, pull, review));
  });
  routes.get(`${base}/:id`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const pull = pullOf(c, repository);
    return c.json(await reviewPayload(github, repository, pull, reviewOf(c, pull)));
  });
  routes.put(`${base}/:id/dismissals`, async (c) => {
    const repository = repositoryOf(c, github, { app: ['pull_requests:write'], person: 'write' });
    const pull = pullOf(c, repository);
    const review = reviewOf(c, pull);
    await bodyOf(c, DismissalBody);
    await dismissReview(github, repository, performerOf(c), pull, review);
    return c.json(await reviewPayload(github, repository, pull, review));
  });
  return routes;
}

function reviewOf(c: Context<Env>, pull: Pull): Review {
  const review = pull.reviews.find(({ id }) => id === Number(param(c, 'id')));
  if (!review) throw notFound();
  return review;
}
