import { activeMemberIds, type Organization, type Team, type User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import type {
  FullOrganization,
  FullTeam,
  OrganizationSimple,
  SimpleTeam,
  SimpleUser,
  Team as TeamPayload,
} from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';

export function simpleUser({ url }: GitHub, user: User) {
  const self = `${url}/users/${encodeURIComponent(user.login)}`;
  const page =
    user.type === 'Bot' ? `${url}/apps/${user.login.replace(/\[bot\]$/, '')}` : `${url}/${user.login}`;
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId(user.type, user.id),
    avatar_url: `${url}/avatars/u/${user.id}?v=4`,
    gravatar_id: '',
    url: self,
    html_url: page,
    followers_url: `${self}/followers`,
    following_url: `${self}/following{/other_user}`,
    gists_url: `${self}/gists{/gist_id}`,
    starred_url: `${self}/starred{/owner}{/repo}`,
    subscriptions_url: `${self}/subscriptions`,
    organizations_url: `${self}/orgs`,
    repos_url: `${self}/repos`,
    events_url: `${self}/events{/privacy}`,
    received_events_url: `${self}/received_events`,
    type: user.type,
    user_view_type: 'public',
    site_admin: false,
  } satisfies SimpleUser;
}

/** An organization, or a person's own account, where a repository or an installation shows its owner as a user. */
export function ownerUser(github: GitHub, organization: Organization) {
  const { id, login, createdAt, person } = organization;
  if (person) return simpleUser(github, person);
  return {
    ...simpleUser(github, { id, login, createdAt, name: null, type: 'User' }),
    node_id: nodeId('Organization', id),
    type: 'Organization' as const,
  } satisfies SimpleUser;
}

/** A profile as everybody sees it. */
export function publicUser(github: GitHub, user: User) {
  return { ...simpleUser(github, user), ...profile(user.name, user.createdAt) };
}

/** An organization where somebody looks it up as a user. */
export function publicOrganization(github: GitHub, organization: Organization) {
  return { ...ownerUser(github, organization), ...profile(null, organization.createdAt) };
}

function profile(name: string | null, createdAt: Date) {
  return {
    name,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: instant(createdAt),
    updated_at: instant(createdAt),
  };
}

export function organizationSimple({ url }: GitHub, organization: Organization): OrganizationSimple {
  const self = `${url}/orgs/${organization.login}`;
  return {
    login: organization.login,
    id: organization.id,
    node_id: nodeId('Organization', organization.id),
    url: self,
    repos_url: `${self}/repos`,
    events_url: `${self}/events`,
    hooks_url: `${self}/hooks`,
    issues_url: `${self}/issues`,
    members_url: `${self}/members{/member}`,
    public_members_url: `${self}/public_members{/member}`,
    avatar_url: `${url}/avatars/u/${organization.id}?v=4`,
    description: '',
  };
}

export function fullOrganization(github: GitHub, organization: Organization): FullOrganization {
  const repositories = [...github.repositories.values()].filter(({ owner }) => owner === organization);
  return {
    ...organizationSimple(github, organization),
    name: organization.login,
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: repositories.filter((repository) => !repository.private).length,
    public_gists: 0,
    followers: 0,
    following: 0,
    html_url: `${github.url}/${organization.login}`,
    type: 'Organization',
    default_repository_permission: organization.basePermission,
    created_at: instant(organization.createdAt),
    updated_at: instant(organization.createdAt),
    archived_at: null,
  };
}

export function simpleTeam({ url }: GitHub, organization: Organization, team: Team) {
  const self = `${url}/organizations/${organization.id}/team/${team.id}`;
  return {
    id: team.id,
    node_id: nodeId('Team', team.id),
    name: team.name,
    slug: team.slug,
    description: null,
    privacy: team.privacy,
    notification_setting: 'notifications_enabled' as const,
    permission: 'pull',
    url: self,
    html_url: `${url}/orgs/${organization.login}/teams/${team.slug}`,
    members_url: `${self}/members{/member}`,
    repositories_url: `${self}/repos`,
    type: 'organization',
    organization_id: organization.id,
  } satisfies SimpleTeam;
}

export function teamPayload(github: GitHub, organization: Organization, team: Team) {
  const parent = team.parentId === null ? undefined : organization.teams.get(team.parentId);
  return {
    ...simpleTeam(github, organization, team),
    parent: parent ? simpleTeam(github, organization, parent) : null,
  } satisfies TeamPayload;
}

export function fullTeam(github: GitHub, organization: Organization, team: Team): FullTeam {
  const { privacy, ...rest } = teamPayload(github, organization, team);
  return {
    ...rest,
    privacy: privacy === 'secret' ? 'secret' : 'closed',
    notification_setting: 'notifications_enabled',
    members_count: activeMemberIds(organization, team).length,
    repos_count: team.repositories.size,
    created_at: instant(team.createdAt),
    updated_at: instant(team.createdAt),
    organization: fullOrganization(github, organization),
  };
}
