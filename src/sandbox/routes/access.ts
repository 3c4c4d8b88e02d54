import type { Context } from 'hono';
import { atLeast, levelOf, sees } from '../model/access.ts';
import type { Level, Organization, User } from '../model/account.ts';
import { grants } from '../model/app.ts';
import { organizationByLogin, repositoryByName, userByLogin, type GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { param, performerOf, type Env } from './context.ts';

/** What a route asks for: one of these permissions of an app, and this level of a person. */
export interface Need {
  app: readonly `${string}:${'read' | 'write'}`[];
  person?: Level;
  /** GitHub hides some endpoints, rather than refuse them, from people without the right. */
  hidden?: boolean;
}

export const NOT_ACCESSIBLE = 'Resource not accessible by integration';

/** The repository of the path, if the viewer sees it (404) and may do what the route does (401, 403). */
export function repositoryOf(c: Context<Env>, github: GitHub, need: Need): Repository {
  const repository = repositoryByName(github, param(c, 'owner'), param(c, 'repo'));
  if (!repository) throw notFound();
  allow(c, repository, need);
  return repository;
}

/** Throws unless the viewer sees the repository and may do what is needed. */
export function allow(c: Context<Env>, repository: Repository, need: Need): void {
  const viewer = c.get('viewer');
  if (viewer.kind === 'app') throw new Refusal(401, 'Bad credentials');
  if (!sees(viewer, repository)) throw notFound();
  const reads = (need.person ?? 'read') === 'read' && need.app.every((name) => name.endsWith(':read'));
  if (viewer.kind === 'installation') {
    c.header('x-accepted-github-permissions', need.app.join('; ').replaceAll(':', '='));
    if (!viewer.repositories.includes(repository) && reads) return;
    if (!viewer.repositories.includes(repository) || !hasPermission(viewer.permissions, need))
      throw new Refusal(403, NOT_ACCESSIBLE);
    return;
  }
  if (reads) return;
  const { user } = performerOf(c);
  if (atLeast(levelOf(repository, user), need.person ?? 'read')) return;
  throw need.hidden ? notFound() : new Refusal(403, personRefusal(need.person ?? 'read'));
}

function hasPermission(permissions: Parameters<typeof grants>[0], need: Need): boolean {
  return need.app.some((wanted) => {
    const [name = '', access] = wanted.split(':');
    return grants(permissions, name, access === 'write' ? 'write' : 'read');
  });
}

function personRefusal(level: Level): string {
  if (level === 'admin') return 'Must have admin rights to Repository.';
  return level === 'triage' ? 'Must have triage access to repository' : 'Must have push access to repository';
}

/** The organization of the path; what is inside it is for its members and for apps with `members`. */
export function organizationOf(
  c: Context<Env>,
  github: GitHub,
  access: 'public' | 'read' | 'write',
): Organization {
  const organization = organizationByLogin(github, param(c, 'org'));
  if (!organization) throw notFound();
  if (access === 'public') return organization;
  const viewer = c.get('viewer');
  if (viewer.kind === 'installation') {
    if (viewer.installation.account !== organization) throw notFound();
    if (!grants(viewer.permissions, 'members', access)) throw new Refusal(403, NOT_ACCESSIBLE);
    return organization;
  }
  const { user } = performerOf(c);
  if (!organization.members.has(user.id)) throw notFound();
  return organization;
}

/** The pull request of the path. */
export function pullOf(c: Context<Env>, repository: Repository): Pull {
  const pull = repository.pulls.get(Number(param(c, 'number')));
  if (!pull) throw notFound();
  return pull;
}

/** The user that the path names. */
export function userOf(c: Context<Env>, github: GitHub): User {
  const user = userByLogin(github, param(c, 'login'));
  if (!user) throw notFound();
  return user;
}
