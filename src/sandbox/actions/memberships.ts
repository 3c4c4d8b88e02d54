import type { Organization, Team, TeamMembership, User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { invite } from './invitations.ts';

/** Puts a user into a team: active as a member of the organization, pending until they accept the invitation otherwise. */
export async function addToTeam(
  github: GitHub,
  organization: Organization,
  team: Team,
  sender: User,
  member: User,
  role: TeamMembership['role'],
): Promise<TeamMembership> {
  const known = team.members.get(member.id);
  const membership: TeamMembership = {
    role,
    state: organization.members.has(member.id) ? 'active' : 'pending',
  };
  team.members.set(member.id, membership);
  if (membership.state === 'pending') await invite(github, organization, sender, member, 'member');
  if (membership.state === 'active' && known?.state !== 'active')
    await github.publish({ event: 'membership', action: 'added', organization, sender, team, member });
  return membership;
}

export async function removeFromTeam(
  github: GitHub,
  organization: Organization,
  team: Team,
  sender: User,
  member: User,
): Promise<void> {
  team.members.delete(member.id);
  await github.publish({ event: 'membership', action: 'removed', organization, sender, team, member });
}

/** Takes a user out of the organization and of every team in it. */
export async function removeFromOrganization(
  github: GitHub,
  organization: Organization,
  sender: User,
  member: User,
): Promise<void> {
  const role = organization.members.get(member.id) ?? 'member';
  for (const team of organization.teams.values()) team.members.delete(member.id);
  organization.members.delete(member.id);
  await github.publish({
    event: 'organization',
    action: 'member_removed',
    organization,
    sender,
    member,
    role,
  });
}
