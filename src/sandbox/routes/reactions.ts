import { Hono, type Context } from 'hono';
import { z } from 'zod';
import type { GitHub } from '../model/github.ts';
import { REACTIONS, type Reaction } from '../model/reaction.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { reactionPayload } from '../payloads/reaction.ts';
import { NOT_ACCESSIBLE, pullOf, repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { commentOf } from './issues.ts';
import { paged } from './paging.ts';

const READ = { app: ['issues:read', 'pull_requests:read'] } as const;
const WRITE = { app: ['issues:write', 'pull_requests:write'] } as const;

const ReactionBody = z.object({ content: z.enum(REACTIONS) });

/** Reactions to pull requests and to comments. No webhook tells of them. */
export function reactionRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/issues';
  reactionsTo(
    routes,
    github,
    `${base}/comments/:id/reactions`,
    (c, repository) => commentOf(c, repository).id,
  );
  reactionsTo(routes, github, `${base}/:number/reactions`, (c, repository) => pullOf(c, repository).id);
  return routes;
}

function reactionsTo(
  routes: Hono<Env>,
  github: GitHub,
  path: string,
  subjectOf: (c: Context<Env>, repository: Repository) => number,
): void {
  const given = ({ reactions }: Repository, subject: number) =>
    reactions.filter(({ subjectId }) => subjectId === subject);

  routes.get(path, (c) => {
    const repository = repositoryOf(c, github, READ);
    const content = c.req.query('content');
    const found = given(repository, subjectOf(c, repository)).filter(
      (reaction) => content === undefined || reaction.content === content,
    );
    return c.json(paged(c, github, found).map((reaction) => reactionPayload(github, reaction)));
  });
  routes.post(path, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const subjectId = subjectOf(c, repository);
    const { user } = performerOf(c);
    const { content } = await bodyOf(c, ReactionBody);
    const known = given(repository, subjectId).find((one) => one.user === user && one.content === content);
    if (known) return c.json(reactionPayload(github, known));
    const reaction: Reaction = {
      id: github.nextId(),
      subjectId,
      user,
      content,
      createdAt: github.now(),
    };
    repository.reactions.push(reaction);
    return c.json(reactionPayload(github, reaction), 201);
  });
  routes.delete(`${path}/:reaction`, (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const reaction = given(repository, subjectOf(c, repository)).find(
      ({ id }) => id === Number(param(c, 'reaction')),
    );
    if (!reaction) throw notFound();
    const { user, app } = performerOf(c);
    if (reaction.user !== user)
      throw new Refusal(403, app ? NOT_ACCESSIBLE : 'You can only delete your own reactions');
    repository.reactions = repository.reactions.filter((other) => other !== reaction);
    return c.body(null, 204);
  });
}
