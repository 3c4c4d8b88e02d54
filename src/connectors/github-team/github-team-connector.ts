import { z } from 'zod';
import { matchesGlob } from '../../policies/pattern.ts';
import type { Entitlement } from '../../policies/policy-set.ts';
import { refused, type Connector, type GrantOutcome } from '../connector.ts';
import { teamApi, type Account, type TeamOctokit } from './team-api.ts';

/** Membership in a team, by its slug. */
export const githubTeamEntitlement = z.strictObject({ team: z.string().regex(/^[a-z0-9_-]{1,100}$/) });

export const githubTeamConnection = z.strictObject({
  connector: z.literal('github-team'),
  organization: z.string().regex(/^[A-Za-z0-9-]{1,39}$/),
  /** The teams that may be given. */
  entitlements: z.array(z.string().min(1)).min(1),
});

/**
 * Gives and takes membership in the teams of a GitHub organization (https://docs.github.com/en/rest/teams/members). Identities are account ids:
 * a login may be another account's by the time a grant ends. Only direct membership is given and taken; who is invited to the team counts as
 * holding it. The API does not tell direct members from those of child teams, so a team that has child teams is never given; nor is
 * one below another, whose member everybody in it counts as.
 */
export function githubTeamConnector(
  octokit: TeamOctokit,
  {
    organization,
    entitlements,
  }: Pick<z.output<typeof githubTeamConnection>, 'organization' | 'entitlements'>,
): Connector {
  const api = teamApi(octokit, organization);
  const allowed = (team: string) => entitlements.some((glob) => matchesGlob(glob, team));

  async function directMembers(team: string): Promise<Account[]> {
    const [everybody, children] = await Promise.all([api.members(team), api.children(team)]);
    const below = await Promise.all(children.map((child) => api.members(child)));
    const inherited = new Set(below.flat().map(({ id }) => id));
    return everybody.filter(({ id }) => !inherited.has(id));
  }

  async function refusalOf(team: string): Promise<GrantOutcome | undefined> {
    if ((await api.children(team)).length > 0)
      return refused(
        'not-allowed',
        `the team ${team} has child teams, and GitHub does not tell their members from its own`,
      );
    const parent = await api.parent(team);
    if (parent === null) return undefined;
    return refused(
      'not-allowed',
      `the team ${team} is below ${parent}, whose access, reviews and ownership it would give too`,
    );
  }

  async function holdersOf(team: string): Promise<Account[]> {
    return (await Promise.all([directMembers(team), api.invited(team)])).flat();
  }

  /** Adds the account by the login that it has now, and looks who was added: the login may have passed to somebody else meanwhile. */
  async function add(team: string, id: number, login: string): Promise<GrantOutcome> {
    const before = await holdersOf(team);
    if ((await api.add(team, login)) === 'pending') {
      await api.remove(team, login);
      return refused('unknown-identity', `${login} would have had to be invited to ${organization} first`);
    }
    const after = await directMembers(team);
    if (includes(after, id)) return { ok: true };
    const taker = after.find((other) => sameLogin(other.login, login) && !includes(before, other.id));
    if (taker) await api.remove(team, taker.login);
    throw new Error(`account ${id} is not in ${team} after it was added as ${login}`);
  }

  return {
    async observe(entitlement) {
      const ids = (await holdersOf(teamIn(entitlement))).map(({ id }) => String(id));
      return { holders: ids.toSorted(), has: (identity) => ids.includes(identity) };
    },
    async grant(entitlement, identity) {
      const team = teamIn(entitlement);
      if (!allowed(team)) return refused('not-allowed', `the connection may not give the team ${team}`);
      const refusal = await refusalOf(team);
      if (refusal) return refusal;
      const id = accountId(identity);
      const login = await api.loginOf(id);
      if (login === undefined) return refused('unknown-identity', `there is no account ${identity}`);
      if (!(await api.isInOrganization(login)))
        return refused(
          'unknown-identity',
          `${login} (account ${identity}) is not an active member of ${organization}`,
        );
      // Adding a maintainer again would make a plain member of them.
      return includes(await directMembers(team), id) ? { ok: true } : add(team, id, login);
    },
    async revoke(entitlement, identity) {
      const team = teamIn(entitlement);
      if (!allowed(team))
        throw new Error(`this connection may not touch ${team}: put it back under its entitlements`);
      const id = accountId(identity);
      const holder = (await holdersOf(team)).find((other) => other.id === id);
      if (!holder) return { sessionsEnded: 0 };
      await api.remove(team, holder.login);
      if (includes(await holdersOf(team), id))
        throw new Error(`account ${identity} is still in ${team} after ${holder.login} was taken out`);
      return { sessionsEnded: 0 };
    },
    close: async () => undefined,
  };
}

/** The slug of the team that an entitlement gives. */
export function teamIn(entitlement: Entitlement): string {
  return githubTeamEntitlement.parse(entitlement).team;
}

function accountId(identity: string): number {
  if (!/^[1-9]\d{0,15}$/.test(identity)) throw new Error(`${identity} is not the id of a GitHub account`);
  return Number(identity);
}

function includes(accounts: readonly Account[], id: number): boolean {
  return accounts.some((account) => account.id === id);
}

/** Logins compare case-insensitively. */
function sameLogin(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
