import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { deleteComment, editComment, writeComment } from '../actions/conversation.ts';
import type { IssueComment } from '../model/comment.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { commentPayload } from '../payloads/comment.ts';
import { timelinePayload } from '../payloads/timeline.ts';
import { allow, NOT_ACCESSIBLE, pullOf, repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['issues:read', 'pull_requests:read'] } as const;
const WRITE = { app: ['issues:write', 'pull_requests:write'] } as const;

const CommentBody = z.object({ body: z.string() });

/** The conversation of a pull request, which is an issue too. */
export function issueRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/issues';

  routes.get(`${base}/:number/comments`, (c) => {
    const repository = repositoryOf(c, github, READ);
    const pull = pullOf(c, repository);
    const comments = repository.comments.filter(({ number }) => number === pull.number);
    return c.json(paged(c, github, comments).map((comment) => commentPayload(github, repository, comment)));
  });
  routes.post(`${base}/:number/comments`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    const { body } = await bodyOf(c, CommentBody);
    const comment = await writeComment(github, repository, performerOf(c), pull, body);
    return c.json(commentPayload(github, repository, comment), 201);
  });
  routes.get(`${base}/comments/:id`, (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(commentPayload(github, repository, commentOf(c, repository)));
  });
  routes.patch(`${base}/comments/:id`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const comment = ownComment(c, repository);
    const { body } = await bodyOf(c, CommentBody);
    await editComment(github, repository, performerOf(c), comment, body);
    return c.json(commentPayload(github, repository, comment));
  });
  routes.delete(`${base}/comments/:id`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    await deleteComment(github, repository, performerOf(c), ownComment(c, repository));
    return c.body(null, 204);
  });
  routes.get(`${base}/:number/timeline`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(paged(c, github, await timelinePayload(github, repository, pullOf(c, repository))));
  });
  return routes;
}

/** The comment of the path. */
export function commentOf(c: Context<Env>, repository: Repository): IssueComment {
  const comment = repository.comments.find(({ id }) => id === Number(param(c, 'id')));
  if (!comment) throw notFound();
  return comment;
}

/** A comment that the viewer may change: their own, or anybody's with write access; an app only its own. */
function ownComment(c: Context<Env>, repository: Repository): IssueComment {
  const comment = commentOf(c, repository);
  const { user, app } = performerOf(c);
  if (comment.user === user) return comment;
  if (app) throw new Refusal(403, NOT_ACCESSIBLE);
  allow(c, repository, { app: [], person: 'write' });
  return comment;
}
