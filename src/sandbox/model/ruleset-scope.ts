import { activeMemberIds, type User } from './account.ts';
import { atLeast, levelOf } from './access.ts';
import type { Performer } from './app.ts';
import type { Repository } from './repository.ts';
import type { BypassActor, Ruleset } from './ruleset.ts';

/** The active rulesets that hold for a ref. */
export function rulesetsOn(repository: Repository, ref: string): Ruleset[] {
  return [...repository.rulesets.values()].filter(
    ({ enforcement, target, conditions }) =>
      enforcement === 'active' &&
      ref.startsWith(target === 'branch' ? 'refs/heads/' : 'refs/tags/') &&
      conditions.include.some((pattern) => names(repository, pattern, ref)) &&
      !conditions.exclude.some((pattern) => names(repository, pattern, ref)),
  );
}

/** Ruby's `File.fnmatch` with pathnames, as GitHub's documentation says: a star stops at a slash, `**` followed by one does not. */
function names(repository: Repository, pattern: string, ref: string): boolean {
  if (pattern === '~ALL') return true;
  if (pattern === '~DEFAULT_BRANCH') return ref === `refs/heads/${repository.defaultBranch}`;
  const body = pattern.replaceAll(/\*\*\/|\*+|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part.startsWith('*')) return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  return new RegExp(`^${body}$`).test(ref);
}

/** The ids that GitHub gives its roles as bypass actors. */
const ROLES = { 2: 'maintain', 4: 'write', 5: 'admin' } as const;

/** How far a ruleset lets somebody by. */
export function bypassOf(
  repository: Repository,
  { bypassActors }: Ruleset,
  performer: Performer,
): 'always' | 'pull_request' | 'never' {
  const modes = bypassActors
    .filter((actor) => isActor(repository, actor, performer))
    .map(({ bypass_mode: mode }) => mode);
  if (modes.includes('always')) return 'always';
  return modes.length > 0 ? 'pull_request' : 'never';
}

function isActor(
  repository: Repository,
  { actor_type: type, actor_id: id }: BypassActor,
  { user, app }: Performer,
): boolean {
  if (app) return type === 'Integration' && id === app.id;
  switch (type) {
    case 'User':
      return id === user.id;
    case 'Team':
      return isInTeam(repository, id, user);
    case 'OrganizationAdmin':
      return repository.owner.members.get(user.id) === 'admin';
    case 'RepositoryRole': {
      const role = ROLES[(id ?? 0) as keyof typeof ROLES];
      return role !== undefined && atLeast(levelOf(repository, user), role);
    }
    case 'Integration':
    default:
      return false;
  }
}

function isInTeam({ owner }: Repository, id: number | null, user: User): boolean {
  const team = owner.teams.get(id ?? 0);
  return team !== undefined && activeMemberIds(owner, team).includes(user.id);
}
