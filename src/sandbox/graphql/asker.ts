import { GraphQLError } from 'graphql';
import { atLeast, levelOf, sees } from '../model/access.ts';
import type { Level, User } from '../model/account.ts';
import { grants, type Performer } from '../model/app.ts';
import { repositoryByName, type GitHub } from '../model/github.ts';
import type { Viewer } from '../model/installation.ts';
import type { Repository } from '../model/repository.ts';

/** Who sends a query, and how much they may still ask. */
export interface Asker {
  github: GitHub;
  viewer: Extract<Viewer, { kind: 'user' | 'installation' }>;
  quota: { limit: number; remaining: number; used: number; reset: Date };
}

/** GitHub says no: `type` as its errors have it. */
export function refused(type: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

export function unresolved(what: string): GraphQLError {
  return refused('NOT_FOUND', `Could not resolve to ${what}.`);
}

/** The repository of that name, if the asker sees it. */
export function seenRepository({ github, viewer }: Asker, owner: string, name: string): Repository {
  const repository = repositoryByName(github, owner, name);
  if (repository && sees(viewer, repository)) return repository;
  throw unresolved(`a Repository with the name '${owner}/${name}'`);
}

/** Throws unless an app's token has this permission on a repository; people who see it may read it. */
export function mayRead({ viewer }: Asker, repository: Repository, permission: string): void {
  if (viewer.kind === 'user' || !viewer.repositories.includes(repository)) return;
  if (!grants(viewer.permissions, permission, 'read')) throw notAccessible();
}

/** Throws unless the asker may change something: an app by its permission, a person by their level, or as the author. */
export function mayWrite(
  { viewer }: Asker,
  repository: Repository,
  need: { mutation: string; permission: string; level?: Level; author?: User },
): Performer {
  if (viewer.kind === 'installation') {
    if (!viewer.repositories.includes(repository) || !grants(viewer.permissions, need.permission, 'write'))
      throw notAccessible();
    return { user: viewer.user, app: viewer.installation.app };
  }
  const { user } = viewer;
  if (user === need.author || atLeast(levelOf(repository, user), need.level ?? 'write')) return { user };
  const name = `${need.mutation.slice(0, 1).toUpperCase()}${need.mutation.slice(1)}`;
  throw refused('FORBIDDEN', `${user.login} does not have the correct permissions to execute \`${name}\``);
}

function notAccessible(): GraphQLError {
  return refused('FORBIDDEN', 'Resource not accessible by integration');
}

/** Refuses arguments that GitHub knows and the sandbox does not heed, rather than leave them out silently. */
export function unheeded(given: object, ...names: string[]): void {
  const values = new Map<string, unknown>(Object.entries(given));
  const name = names.find((one) => (values.get(one) ?? undefined) !== undefined);
  if (name !== undefined)
    throw refused('UNPROCESSABLE', `The sandbox does not know the argument ${name} here`);
}
