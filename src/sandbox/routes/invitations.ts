import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { acceptInvitation, cancelInvitation, invite } from '../actions/invitations.ts';
import { invitedTeams, teamBySlug, type Invitation, type Organization } from '../model/account.ts';
import { organizationByLogin, type GitHub } from '../model/github.ts';
import { invalid, notFound, Refusal } from '../model/refusal.ts';
import { teamPayload } from '../payloads/account.ts';
import { invitationPayload, membershipPayload } from '../payloads/membership.ts';
import { organizationOf, userOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const RoleBody = z.object({ role: z.enum(['admin', 'member']).default('member') });
const InvitationBody = z.object({
  invitee_id: z.int(),
  role: z.enum(['admin', 'direct_member']).default('direct_member'),
  team_ids: z.array(z.int()).default([]),
});
const AcceptBody = z.object({ state: z.literal('active') });

/** Invitations to an organization, until they are accepted or taken back. */
export function invitationRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();

  routes.put('/orgs/:org/memberships/:login', async (c) => {
    const organization = managedOrganization(c, github);
    const user = userOf(c, github);
    const { role } = await bodyOf(c, RoleBody);
    if (organization.members.has(user.id)) organization.members.set(user.id, role);
    else await invite(github, organization, performerOf(c).user, user, role);
    return c.json(membershipPayload(github, organization, user));
  });
  routes.post('/orgs/:org/invitations', async (c) => {
    const organization = managedOrganization(c, github);
    const { invitee_id: id, role, team_ids: teams } = await bodyOf(c, InvitationBody);
    const user = github.users.get(id);
    if (!user || teams.some((team) => !organization.teams.has(team))) throw notFound();
    if (organization.members.has(id)) throw invalid('Invitee is already a part of this organization');
    for (const team of teams)
      organization.teams.get(team)?.members.set(id, { role: 'member', state: 'pending' });
    const { user: inviter } = performerOf(c);
    const invitation = await invite(github, organization, inviter, user, role === 'admin' ? role : 'member');
    return c.json(invitationPayload(github, organization, invitation), 201);
  });
  routes.get('/orgs/:org/invitations', (c) => {
    const organization = managedOrganization(c, github, 'read');
    const invitations = paged(c, github, [...organization.invitations.values()]);
    return c.json(invitations.map((invitation) => invitationPayload(github, organization, invitation)));
  });
  routes.get('/orgs/:org/invitations/:id/teams', (c) => {
    const organization = managedOrganization(c, github, 'read');
    const teams = paged(c, github, invitedTeams(organization, invitationOf(c, organization)));
    return c.json(teams.map((team) => teamPayload(github, organization, team)));
  });
  routes.get('/orgs/:org/teams/:slug/invitations', (c) => {
    const organization = managedOrganization(c, github, 'read');
    const team = teamBySlug(organization, param(c, 'slug'));
    if (!team) throw notFound();
    const pending = [...organization.invitations.values()].filter((invitation) =>
      invitedTeams(organization, invitation).includes(team),
    );
    return c.json(
      paged(c, github, pending).map((invitation) => invitationPayload(github, organization, invitation)),
    );
  });
  routes.delete('/orgs/:org/invitations/:id', (c) => {
    const organization = managedOrganization(c, github);
    cancelInvitation(organization, invitationOf(c, organization));
    return c.body(null, 204);
  });

  routes.get('/user/memberships/orgs/:org', (c) => c.json(own(c, github).membership));
  routes.patch('/user/memberships/orgs/:org', async (c) => {
    const { organization, invitation } = own(c, github);
    await bodyOf(c, AcceptBody);
    if (invitation) await acceptInvitation(github, organization, invitation);
    return c.json(own(c, github).membership);
  });
  return routes;
}

/** The organization of the path, for its owners and for apps that may. */
function managedOrganization(
  c: Context<Env>,
  github: GitHub,
  access: 'read' | 'write' = 'write',
): Organization {
  const organization = organizationOf(c, github, access);
  const { user, app } = performerOf(c);
  if (!app && organization.members.get(user.id) !== 'admin')
    throw new Refusal(403, 'You must be an admin of this organization');
  return organization;
}

function invitationOf(c: Context<Env>, organization: Organization): Invitation {
  const found = [...organization.invitations.values()].find(({ id }) => id === Number(param(c, 'id')));
  if (!found) throw notFound();
  return found;
}

/** How the person who asks stands to the organization of the path. */
function own(c: Context<Env>, github: GitHub) {
  const { user, app } = performerOf(c);
  if (app) throw new Refusal(403, 'Resource not accessible by integration');
  const organization = organizationByLogin(github, param(c, 'org'));
  const membership = organization && membershipPayload(github, organization, user);
  if (!organization || !membership) throw notFound();
  return { organization, membership, invitation: organization.invitations.get(user.id) };
}
