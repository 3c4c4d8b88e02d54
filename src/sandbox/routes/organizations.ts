import { Hono, type Context } from 'hono';
import type { Organization, User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import { removeFromOrganization } from '../actions/memberships.ts';
import { fullOrganization, organizationSimple, simpleUser } from '../payloads/account.ts';
import { organizationOf, userOf } from './access.ts';
import { onlyKnows, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

/** Organizations and who belongs to them. */
export function organizationRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  routes.get('/orgs/:org', (c) => c.json(fullOrganization(github, organizationOf(c, github, 'public'))));

  routes.get('/orgs/:org/members', (c) => {
    const organization = organizationOf(c, github, 'read');
    onlyKnows(c, 'filter', 'all');
    const role = c.req.query('role');
    const members = [...organization.members]
      .filter(([, held]) => role === undefined || role === 'all' || held === role)
      .flatMap(([id]) => github.users.get(id) ?? []);
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
    if (!performer.app && organization.members.get(performer.user.id) !== 'admin')
      throw new Refusal(403, 'You must be an admin of this organization');
    const member = userOf(c, github);
    if (!organization.members.has(member.id)) throw notFound();
    await removeFromOrganization(github, organization, performer.user, member);
    return c.body(null, 204);
  };
  routes.delete('/orgs/:org/members/:login', remove);
  routes.delete('/orgs/:org/memberships/:login', remove);
  routes.get('/orgs/:org/memberships/:login', (c) => {
    const organization = organizationOf(c, github, 'read');
    const user = userOf(c, github);
    if (!organization.members.has(user.id)) throw notFound();
    return c.json(membership(github, organization, user));
  });
  return routes;
}

function membership(github: GitHub, organization: Organization, user: User) {
  const url = `${github.url}/orgs/${organization.login}`;
  return {
    url: `${url}/memberships/${user.login}`,
    state: 'active',
    role: organization.members.get(user.id),
    direct_membership: true,
    organization_url: url,
    organization: organizationSimple(github, organization),
    user: simpleUser(github, user),
  };
}
