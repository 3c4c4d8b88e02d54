import type { Invitation, Organization, User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';

/** Invites somebody to the organization, or changes what the invitation says; nobody is a member until they accept. */
export async function invite(
  github: GitHub,
  organization: Organization,
  inviter: User,
  user: User,
  role: Invitation['role'],
): Promise<Invitation> {
  const known = organization.invitations.get(user.id);
  if (known) {
    known.role = role;
    return known;
  }
  const invitation: Invitation = { id: github.nextId(), user, role, inviter, createdAt: github.now() };
  organization.invitations.set(user.id, invitation);
  await github.publish({
    event: 'organization',
    action: 'member_invited',
    organization,
    sender: inviter,
    invitation,
  });
  return invitation;
}

/** The invited person joins: the organization, and the teams that wait for them. */
export async function acceptInvitation(
  github: GitHub,
  organization: Organization,
  { user: member, role }: Invitation,
): Promise<void> {
  organization.invitations.delete(member.id);
  organization.members.set(member.id, role);
  await github.publish({
    event: 'organization',
    action: 'member_added',
    organization,
    sender: member,
    member,
    role,
  });
  for (const team of organization.teams.values()) {
    const membership = team.members.get(member.id);
    if (membership?.state !== 'pending') continue;
    membership.state = 'active';
    await github.publish({
      event: 'membership',
      action: 'added',
      organization,
      sender: member,
      team,
      member,
    });
  }
}

/** Takes an invitation back, to the teams too. */
export function cancelInvitation(organization: Organization, { user }: Invitation): void {
  organization.invitations.delete(user.id);
  for (const team of organization.teams.values()) team.members.delete(user.id);
}
