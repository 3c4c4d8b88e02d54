import { Hono } from 'hono';
import type { User } from '../model/account.ts';
import { notFound } from '../model/refusal.ts';
import { organizationByLogin, type GitHub } from '../model/github.ts';
import { publicOrganization, publicUser } from '../payloads/account.ts';
import { userOf } from './access.ts';
import { lastModified } from './conditional.ts';
import { authenticated, param, performerOf, type Env } from './context.ts';
import { Refusal } from '../model/refusal.ts';

/** Accounts, by login and by the id that outlives it. */
export function userRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/user', authenticated, (c) => {
    const { user, app } = performerOf(c);
    if (app) throw new Refusal(403, 'Resource not accessible by integration');
    return c.json({
      ...publicUser(github, user),
      private_gists: 0,
      total_private_repos: 0,
      owned_private_repos: 0,
      disk_usage: 0,
      collaborators: 0,
      two_factor_authentication: !user.withoutTwoFactor,
    });
  });
  routes.get('/user/:id', (c) => {
    const user = github.users.get(Number(param(c, 'id')));
    if (!user || isHidden(user)) throw notFound();
    lastModified(c, user.createdAt);
    return c.json(publicUser(github, user));
  });
  routes.get('/users/:login', (c) => {
    const organization = organizationByLogin(github, param(c, 'login'));
    if (organization) return c.json(publicOrganization(github, organization));
    const user = userOf(c, github);
    if (isHidden(user)) throw notFound();
    lastModified(c, user.createdAt);
    return c.json(publicUser(github, user));
  });
  return routes;
}

/** GitHub shows nobody an account that it suspended; one that an enterprise did keeps its id. */
function isHidden({ suspension }: User): boolean {
  return suspension?.managed === false;
}
