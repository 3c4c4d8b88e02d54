import { Hono, type Context } from 'hono';
import type { Organization } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import { cancelInvitation } from '../actions/invitations.ts';
import { removeFromOrganization } from '../actions/memberships.ts';
import { fullOrganization, simpleUser } from '../payloads/account.ts';
import { membershipPayload } from '../payloads/membership.ts';
import { organizationOf, userOf } from './access.ts';
import { onlyKnows, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

/** Organizations and who belongs to them. */
export function organizationRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/orgs/:org', (c) => c.json(fullOrganization(github, organizationOf(c, github, 'public'))));

  routes.get('/orgs/:org/members', (c) => {
    const organization = organizationOf(c, github, 'read');
    onlyKnows(c, 'filter', 'all', '2fa_disabled');
    const { role, filter } = c.req.query();
    if (filter === '2fa_disabled' && !isOwner(c, organization))
      throw new Refusal(422, 'Only owners can use this filter.');
    const members = [...organization.members]
      .filter(([, held]) => role === undefined || role === 'all' || held === role)
      .flatMap(([id]) => github.users.get(id) ?? [])
      .filter(({ withoutTwoFactor }) => filter !== '2fa_disabled' || withoutTwoFactor);
    return c.json(paged(c, github, members).map((member) => simpleUser(github, member)));
  });
  routes.get('/orgs/:org/members/:login', (c) => {
    const organization = organizationOf(c, github, 'read');
    if (!organization.members.has(userOf(c, github).id))
      throw new Refusal(404, 'User does not exist or is not a member of the organization');
    return c.body(null, 204);
  });
  const remove = async (c: Context<Env>) => {
    const organization = organizationOf(c, github, 'write');
    const performer = performerOf(c);
    if (!performer.app && !isOwner(c, organization))
      throw new Refusal(403, 'You must be an admin of this organization');
    const member = userOf(c, github);
    const invitation = organization.invitations.get(member.id);
    if (invitation) cancelInvitation(organization, invitation);
    else if (!organization.members.has(member.id)) throw notFound();
    else await removeFromOrganization(github, organization, performer.user, member);
    return c.body(null, 204);
  };
  routes.delete('/orgs/:org/members/:login', remove);
  routes.delete('/orgs/:org/memberships/:login', remove);
  routes.get('/orgs/:org/memberships/:login', (c) => {
    const organization = organizationOf(c, github, 'read');
    const user = userOf(c, github);
    const membership = membershipPayload(github, organization, user);
    if (!membership) throw notFound();
    return c.json(membership);
  });
  return routes;
}

/** A person who owns it; no app does. */
function isOwner(c: Context<Env>, { members }: Organization): boolean {
  const { user, app } = performerOf(c);
  return !app && members.get(user.id) === 'admin';
}
