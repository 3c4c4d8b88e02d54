import { entryAt } from '../git/tree.ts';
import { activeMemberIds, teamBySlug, type Team, type User } from './account.ts';
import { atLeast, levelOf, teamLevel } from './access.ts';
import { userByLogin, type GitHub } from './github.ts';
import type { Repository } from './repository.ts';

/** One line of CODEOWNERS: which paths, and who owns them (`@login`, `@org/team`). */
interface Rule {
  matches: RegExp;
  owners: string[];
}

const PLACES = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** What gitignore has and CODEOWNERS has not. */
export const INVALID_PATTERN = /[![\]]|\\#|\*{3}/;
/** `@login`, `@org/team` or an e-mail address. */
export const OWNER = /^(?:@[\w-]+(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+)$/;

/** The owners of each path by the CODEOWNERS file at a revision; the last matching line wins. */
export async function codeOwners(
  repository: Repository,
  revision: string,
  paths: readonly string[],
): Promise<Map<string, string[]>> {
  const rules = await readRules(repository, revision);
  return new Map(
    paths.map((path) => [path, rules.findLast(({ matches }) => matches.test(path))?.owners ?? []]),
  );
}

async function readRules(repository: Repository, revision: string): Promise<Rule[]> {
  const file = await codeOwnersFile(repository, revision);
  return file ? parseRules(file.text) : [];
}

/** The first CODEOWNERS file of the three places; empty from 3 MB on. */
export async function codeOwnersFile(
  { git }: Repository,
  revision: string,
): Promise<{ path: string; text: string } | undefined> {
  for (const path of PLACES) {
    const entry = await entryAt(git, revision, path);
    const file = entry && (await git.read(entry.sha));
    if (file?.type !== 'blob') continue;
    return { path, text: file.content.length < 3 * 1024 * 1024 ? file.content.toString() : '' };
  }
  return undefined;
}

function parseRules(text: string): Rule[] {
  return text.split('\n').flatMap((line) => {
    const [pattern, ...rest] = line.trim().split(/(?<!\\)\s+/);
    if (!pattern || pattern.startsWith('#')) return [];
    const comment = rest.findIndex((word) => word.startsWith('#'));
    const owners = comment < 0 ? rest : rest.slice(0, comment);
    if (INVALID_PATTERN.test(pattern) || owners.some((owner) => !OWNER.test(owner))) return [];
    return [{ matches: patternToRegExp(pattern.replaceAll('\\ ', ' ')), owners }];
  });
}

/** gitignore's rules as far as CODEOWNERS has them: `*` within a name, `**` across, a directory covers what is below. */
export function patternToRegExp(pattern: string): RegExp {
  const anchored = pattern.slice(0, -1).includes('/');
  const path = pattern.replace(/^\//, '').replace(/\/$/, '');
  const body = path.replaceAll(/\/\*\*\/|\*\*\/|\/\*\*|\*\*|\*|\?|[.+^${}()|\\]/g, (part) => {
    if (part === '/**/') return '/(?:.*/)?';
    if (part === '**/') return '(?:.*/)?';
    if (part === '/**') return '/.*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
  const oneLevel = anchored && path.endsWith('/*');
  const below = pattern.endsWith('/') ? '/.*' : '(?:/.*)?';
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${oneLevel ? '' : below}$`);
}

/** The person or team that a line names, if they may own: with write access, a team visible. E-mail addresses name nobody here. */
export function ownerOf(github: GitHub, repository: Repository, owner: string): User | Team | undefined {
  const [organization = '', slug] = owner.slice(1).split('/');
  if (slug === undefined) {
    const user = userByLogin(github, organization);
    return user && atLeast(levelOf(repository, user), 'write') ? user : undefined;
  }
  const team = teamBySlug(repository.owner, slug);
  const visible =
    organization.toLowerCase() === repository.owner.login.toLowerCase() && team?.privacy === 'closed';
  return visible && atLeast(teamLevel(repository, team), 'write') ? team : undefined;
}

/** Whether a user may review as this owner. Owners need write access, teams must be visible, apps are never owners. */
export function ownsAs(repository: Repository, owner: string, user: User): boolean {
  if (user.type === 'Bot') return false;
  const [organization, slug] = owner.slice(1).split('/');
  if (slug === undefined)
    return (
      owner.slice(1).toLowerCase() === user.login.toLowerCase() && atLeast(levelOf(repository, user), 'write')
    );
  const team = teamBySlug(repository.owner, slug);
  return (
    organization?.toLowerCase() === repository.owner.login.toLowerCase() &&
    team !== undefined &&
    team.privacy === 'closed' &&
    atLeast(teamLevel(repository, team), 'write') &&
    activeMemberIds(repository.owner, team).includes(user.id)
  );
}
