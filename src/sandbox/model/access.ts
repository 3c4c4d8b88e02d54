import { activeMemberIds, withAncestors, type Level, type Team, type User } from './account.ts';
import type { Viewer } from './installation.ts';
import type { Repository } from './repository.ts';

const LEVELS: readonly Level[] = ['none', 'read', 'triage', 'write', 'maintain', 'admin'];

export function atLeast(level: Level, needed: Level): boolean {
  return LEVELS.indexOf(level) >= LEVELS.indexOf(needed);
}

function highest(levels: readonly Level[]): Level {
  return LEVELS.findLast((level) => levels.includes(level)) ?? 'none';
}

/** What a team's members may do on a repository, inherited from its parents. */
export function teamLevel(repository: Repository, team: Team): Level {
  return highest(
    withAncestors(repository.owner, team).map(
      ({ repositories }) => repositories.get(repository.id) ?? 'none',
    ),
  );
}

/** What a user may do on a repository, by the strongest of all the ways to it. */
export function levelOf(repository: Repository, user: User): Level {
  const { owner } = repository;
  const role = owner.members.get(user.id);
  if (role === 'admin') return 'admin';
  const byTeam = [...owner.teams.values()]
    .filter((team) => activeMemberIds(owner, team).includes(user.id))
    .map((team) => teamLevel(repository, team));
  return highest([
    ...byTeam,
    repository.collaborators.get(user.id) ?? 'none',
    role ? owner.basePermission : 'none',
    repository.private ? 'none' : 'read',
  ]);
}

/** Whether a viewer sees that a repository exists. */
export function sees(viewer: Viewer, repository: Repository): boolean {
  if (!repository.private) return true;
  if (viewer.kind === 'user') return levelOf(repository, viewer.user) !== 'none';
  return viewer.kind === 'installation' && viewer.repositories.includes(repository);
}
