import { Hono } from 'hono';
import { codeOwnersErrors, type CodeOwnersError } from '../model/code-owners-errors.ts';
import type { GitHub } from '../model/github.ts';
import { notFound } from '../model/refusal.ts';
import { repositoryOf } from './access.ts';
import { resolve } from './commits.ts';
import type { Env } from './context.ts';

/** What is wrong with a CODEOWNERS file, at any commit. */
export function codeOwnersRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/repos/:owner/:repo/codeowners/errors', async (c) => {
    const repository = repositoryOf(c, github, { app: ['contents:read'] });
    const sha = await resolve(repository, c.req.query('ref') ?? repository.defaultBranch);
    const errors = sha === undefined ? undefined : await codeOwnersErrors(github, repository, sha);
    if (!errors) throw notFound();
    return c.json({ errors: errors.map((error) => Object.assign(error, { message: messageOf(error) })) });
  });
  return routes;
}

/** As GitHub lays it out: the line, and a caret under what is wrong. */
function messageOf({ kind, line, column, source }: CodeOwnersError): string {
  const advice =
    kind === 'Unknown owner'
      ? ': make sure that it exists, is visible and has write access to the repository'
      : ':';
  return `${kind} on line ${line}${advice}\n\n  ${source}\n  ${' '.repeat(column - 1)}^`;
}
