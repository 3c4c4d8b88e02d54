import {
  issueToken,
  openAccount,
  reinstateAccount,
  renameAccount,
  suspendAccount,
} from './actions/accounts.ts';
import { acceptInvitation, invite } from './actions/invitations.ts';
import { addToTeam, removeFromOrganization, removeFromTeam } from './actions/memberships.ts';
import { teamBySlug, type Organization, type Team, type User } from './model/account.ts';
import { userByLogin, type GitHub } from './model/github.ts';

/** What becomes of people, by the hand of an owner of the organization where one is needed. Unknown logins and teams throw. */
export interface People {
  /** A new account, outside the organization; the login may be one that somebody else had before. */
  signUp(login: string, options?: { name?: string }): void;
  rename(login: string, to: string): void;
  /** `managed`: the login becomes a hash, and the person leaves the organization. */
  suspend(login: string, options?: { managed?: boolean }): Promise<void>;
  reinstate(login: string): void;
  /** Invites to the organization, and to teams of it. */
  invite(login: string, options?: { role?: 'admin' | 'member'; teams?: readonly string[] }): Promise<void>;
  accept(login: string): Promise<void>;
  leave(login: string): Promise<void>;
  joinTeam(login: string, slug: string): Promise<void>;
  leaveTeam(login: string, slug: string): Promise<void>;
}

export function peopleOf(github: GitHub, organization: Organization, tokens: Map<number, string>): People {
  const person = (login: string): User => found(userByLogin(github, login), login);
  const team = (slug: string): Team => found(teamBySlug(organization, slug), slug);
  const owner = (): User => {
    const id = [...organization.members].find(([, role]) => role === 'admin')?.[0];
    return (id !== undefined && github.users.get(id)) || github.webFlow;
  };
  const leave = (user: User, sender: User) =>
    github.exclusively(() => removeFromOrganization(github, organization, sender, user));
  return {
    signUp(login, { name } = {}) {
      const user = openAccount(github, login, name ?? null);
      tokens.set(user.id, issueToken(github, user));
    },
    rename: (login, to) => renameAccount(github, person(login), to),
    async suspend(login, { managed = false } = {}) {
      const user = person(login);
      suspendAccount(github, user, { managed });
      if (managed && organization.members.has(user.id)) await leave(user, owner());
    },
    reinstate: (login) => reinstateAccount(person(login)),
    invite: (login, { role = 'member', teams = [] } = {}) =>
      github.exclusively(async () => {
        const user = person(login);
        await invite(github, organization, owner(), user, role);
        for (const slug of teams) await addToTeam(github, organization, team(slug), owner(), user, 'member');
      }),
    accept: (login) =>
      github.exclusively(() =>
        acceptInvitation(github, organization, found(organization.invitations.get(person(login).id), login)),
      ),
    leave: (login) => leave(person(login), person(login)),
    joinTeam: (login, slug) =>
      github.exclusively(async () => {
        await addToTeam(github, organization, team(slug), owner(), person(login), 'member');
      }),
    leaveTeam: (login, slug) =>
      github.exclusively(() => removeFromTeam(github, organization, team(slug), owner(), person(login))),
  };
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`there is no ${name} here`);
  return value;
}
