import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { addToTeam, removeFromTeam } from '../actions/memberships.ts';
import { teamLevel } from '../model/access.ts';
import {
  activeMemberIds,
  childTeams,
  teamBySlug,
  type Organization,
  type Team,
  type TeamMembership,
  type User,
} from '../model/account.ts';
import { repositoryByName, type GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import { fullTeam, simpleUser, teamPayload } from '../payloads/account.ts';
import { permissionFlags, repositoryPayload } from '../payloads/repository.ts';
import { organizationOf, userOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const MembershipBody = z.object({ role: z.enum(['member', 'maintainer']).default('member') });

/** Teams: nested, visible or secret, and who is in them. */
export function teamRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const slug = '/orgs/:org/teams/:slug';

  routes.get('/orgs/:org/teams', (c) => {
    const organization = organizationOf(c, github, 'read');
    const visible = [...organization.teams.values()].filter((team) => seesTeam(c, organization, team));
    return c.json(paged(c, github, visible).map((team) => teamPayload(github, organization, team)));
  });
  routes.get(slug, (c) => {
    const { organization, team } = teamOf(c, github, 'read');
    return c.json(fullTeam(github, organization, team));
  });
  routes.get(`${slug}/teams`, (c) => {
    const { organization, team } = teamOf(c, github, 'read');
    const children = paged(c, github, childTeams(organization, team));
    return c.json(children.map((child) => teamPayload(github, organization, child)));
  });
  routes.get(`${slug}/members`, (c) => {
    const { organization, team } = teamOf(c, github, 'read');
    const members = activeMemberIds(organization, team).flatMap((id) => github.users.get(id) ?? []);
    return c.json(paged(c, github, members).map((member) => simpleUser(github, member)));
  });
  routes.get(`${slug}/repos/:owner/:repo`, (c) => {
    const { team } = teamOf(c, github, 'read');
    const repository = repositoryByName(github, param(c, 'owner'), param(c, 'repo'));
    const level = repository && teamLevel(repository, team);
    if (!repository || level === 'none') throw notFound();
    if (c.req.header('accept')?.includes('vnd.github.v3.repository+json') !== true) return c.body(null, 204);
    return c.json({
      ...repositoryPayload(github, repository, level),
      permissions: permissionFlags(level ?? 'none'),
      role_name: level,
    });
  });

  routes.get(`${slug}/memberships/:login`, (c) => {
    const { organization, team } = teamOf(c, github, 'read');
    const user = userOf(c, github);
    const found =
      team.members.get(user.id) ??
      (activeMemberIds(organization, team).includes(user.id) ? inherited : undefined);
    if (!found) throw notFound();
    return c.json(membership(github, organization, team, user, found));
  });
  routes.put(`${slug}/memberships/:login`, async (c) => {
    const { organization, team, sender } = managedTeam(c, github);
    const user = userOf(c, github);
    const { role } = await bodyOf(c, MembershipBody);
    const made = await addToTeam(github, organization, team, sender, user, role);
    return c.json(membership(github, organization, team, user, made));
  });
  routes.delete(`${slug}/memberships/:login`, async (c) => {
    const { organization, team, sender } = managedTeam(c, github);
    const user = userOf(c, github);
    if (!team.members.has(user.id)) throw notFound();
    await removeFromTeam(github, organization, team, sender, user);
    return c.body(null, 204);
  });
  return routes;
}

/** Whoever is in a child team is in its parent too. */
const inherited: TeamMembership = { role: 'member', state: 'active' };

function teamOf(c: Context<Env>, github: GitHub, access: 'read' | 'write') {
  const organization = organizationOf(c, github, access);
  const team = teamBySlug(organization, param(c, 'slug'));
  if (!team || !seesTeam(c, organization, team)) throw notFound();
  return { organization, team };
}

/** A team that the viewer may change: an app with `members: write`, an owner, a maintainer of the team. */
function managedTeam(c: Context<Env>, github: GitHub) {
  const { organization, team } = teamOf(c, github, 'write');
  const { user, app } = performerOf(c);
  const manages =
    app !== undefined ||
    organization.members.get(user.id) === 'admin' ||
    team.members.get(user.id)?.role === 'maintainer';
  if (!manages)
    throw new Refusal(403, 'You must be an admin of this organization or a maintainer of this team');
  return { organization, team, sender: user };
}

/** A secret team is there for its own members, for owners and for apps. */
function seesTeam(c: Context<Env>, organization: Organization, team: Team): boolean {
  const { user, app } = performerOf(c);
  return (
    team.privacy === 'closed' ||
    app !== undefined ||
    organization.members.get(user.id) === 'admin' ||
    activeMemberIds(organization, team).includes(user.id)
  );
}

function membership(
  github: GitHub,
  organization: Organization,
  team: Team,
  user: User,
  { role, state }: TeamMembership,
) {
  const url = `${github.url}/organizations/${organization.id}/team/${team.id}/memberships/${user.login}`;
  return { state, role: organization.members.get(user.id) === 'admin' ? 'maintainer' : role, url };
}
