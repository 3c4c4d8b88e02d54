import { invitedTeams, type Invitation, type Organization, type User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { organizationSimple, simpleUser } from './account.ts';
import type { OrganizationInvitation } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';

/** Whether somebody belongs to an organization or is yet to accept; undefined where neither. */
export function membershipPayload(github: GitHub, organization: Organization, user: User) {
  const role = organization.members.get(user.id);
  const invited = organization.invitations.get(user.id);
  if (!role && !invited) return undefined;
  const url = `${github.url}/orgs/${organization.login}`;
  return {
    url: `${url}/memberships/${user.login}`,
    state: role ? 'active' : 'pending',
    role: role ?? invited?.role,
    direct_membership: true,
    organization_url: url,
    organization: organizationSimple(github, organization),
    user: simpleUser(github, user),
  };
}

export function invitationPayload(github: GitHub, organization: Organization, invitation: Invitation) {
  const { id, user, role, inviter, createdAt } = invitation;
  return {
    id,
    node_id: nodeId('OrganizationInvitation', id),
    login: user.login,
    email: null,
    role: role === 'admin' ? 'admin' : 'direct_member',
    created_at: instant(createdAt),
    failed_at: null,
    failed_reason: null,
    inviter: simpleUser(github, inviter),
    team_count: invitedTeams(organization, invitation).length,
    invitation_teams_url: `${github.url}/organizations/${organization.id}/invitations/${id}/teams`,
    invitation_source: 'member',
  } satisfies OrganizationInvitation;
}
