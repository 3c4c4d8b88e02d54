/** A person, an app's bot, or GitHub's own web-flow. Known by id; a login can be renamed and reused. */
export interface User {
  id: number;
  login: string;
  name: string | null;
  type: 'User' | 'Bot';
  createdAt: Date;
  /** Signs in with a password alone. */
  withoutTwoFactor?: true;
  /** Absent: the account is in use. Managed: by an identity provider, for an enterprise. */
  suspension?: { at: Date; managed: boolean };
}

/** What one may do on a repository, from nothing to everything. */
export type Level = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

export interface Organization {
  id: number;
  login: string;
  createdAt: Date;
  /** What every member may do on every repository. */
  basePermission: 'none' | 'read' | 'write';
  members: Map<number, 'admin' | 'member'>;
  /** By user id. */
  invitations: Map<number, Invitation>;
  teams: Map<number, Team>;
  /** Whose own account this is: it has no teams, and nobody else in it. */
  person?: User;
}

/** Somebody asked to join an organization, who has not yet. */
export interface Invitation {
  id: number;
  user: User;
  role: 'admin' | 'member';
  inviter: User;
  createdAt: Date;
}

export interface Team {
  id: number;
  slug: string;
  name: string;
  privacy: 'closed' | 'secret';
  parentId: number | null;
  createdAt: Date;
  members: Map<number, TeamMembership>;
  /** What its members may do, by repository id. */
  repositories: Map<number, Level>;
}

/** Pending: invited to the organization and not come yet. */
export interface TeamMembership {
  role: 'member' | 'maintainer';
  state: 'active' | 'pending';
}

/** A person's own account as the owner of repositories: an organization of one, that follows their login. */
export function personalAccount(user: User): Organization {
  return {
    id: user.id,
    get login() {
      return user.login;
    },
    createdAt: user.createdAt,
    basePermission: 'none',
    members: new Map([[user.id, 'admin']]),
    invitations: new Map(),
    teams: new Map(),
    person: user,
  };
}

export function teamBySlug(organization: Organization, slug: string): Team | undefined {
  return [...organization.teams.values()].find((team) => team.slug === slug.toLowerCase());
}

export function childTeams(organization: Organization, team: Team): Team[] {
  return [...organization.teams.values()].filter(({ parentId }) => parentId === team.id);
}

/** The teams that wait for somebody to accept. */
export function invitedTeams(organization: Organization, { user }: Invitation): Team[] {
  return [...organization.teams.values()].filter((team) => team.members.get(user.id)?.state === 'pending');
}

/** A team and everything below it. */
export function withDescendants(organization: Organization, team: Team): Team[] {
  const below = childTeams(organization, team).flatMap((child) => withDescendants(organization, child));
  return [team, ...below];
}

/** A team and everything above it: what a parent may do, its children may do. */
export function withAncestors(organization: Organization, team: Team): Team[] {
  const parent = team.parentId === null ? undefined : organization.teams.get(team.parentId);
  return parent ? [team, ...withAncestors(organization, parent)] : [team];
}

/** Ids of the active members of a team, its child teams' included. */
export function activeMemberIds(organization: Organization, team: Team): number[] {
  const ids = withDescendants(organization, team).flatMap(({ members }) =>
    [...members].filter(([, { state }]) => state === 'active').map(([id]) => id),
  );
  return [...new Set(ids)];
}

/** The address that GitHub gives a user for commits; it leads back to the account. */
export function noreplyAddress(user: User): string {
  return user.login === 'web-flow'
    ? 'noreply@github.com'
    : `${user.id}+${user.login}@users.noreply.github.com`;
}
