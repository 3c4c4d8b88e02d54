import { z } from 'zod';
import { matchesGlob } from '../../policies/pattern.ts';
import type { Entitlement } from '../../policies/policy-set.ts';
import { refused, type Connector } from '../connector.ts';
import { teamApi, type TeamOctokit } from './team-api.ts';

/** Membership in a team, by its slug. */
export const githubTeamEntitlement = z.strictObject({ team: z.string().regex(/^[a-z0-9_-]{1,100}$/) });

export const githubTeamConnection = z.strictObject({
  connector: z.literal('github-team'),
  organization: z.string().regex(/^[A-Za-z0-9-]{1,39}$/),
  /** The teams that may be given. */
  entitlements: z.array(z.string().min(1)).min(1),
});

/**
 * Gives and takes membership in the teams of a GitHub organization (https://docs.github.com/en/rest/teams/members). Only direct membership is
 * given and taken. The API does not tell direct members from those of child teams, so a team that has child teams is never given.
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

  async function directMembers(team: string): Promise<string[]> {
    const [everybody, children] = await Promise.all([api.members(team), api.children(team)]);
    const below = await Promise.all(children.map((child) => api.members(child)));
    const inherited = new Set(below.flat().map(({ id }) => id));
    return everybody.flatMap(({ id, login }) => (inherited.has(id) ? [] : [login])).toSorted();
  }

  return {
    async observe(entitlement) {
      const holders = await directMembers(teamIn(entitlement));
      return { holders, has: (identity) => includesLogin(holders, identity) };
    },
    async grant(entitlement, identity) {
      const team = teamIn(entitlement);
      if (!allowed(team)) return refused('not-allowed', `the connection may not give the team ${team}`);
      if ((await api.children(team)).length > 0)
        return refused(
          'not-allowed',
          `the team ${team} has child teams, and GitHub does not tell their members from its own`,
        );
      if (!(await api.isInOrganization(identity)))
        return refused('unknown-identity', `${identity} is not an active member of ${organization}`);
      // Adding a maintainer again would make a plain member of them.
      if (includesLogin(await directMembers(team), identity)) return { ok: true };
      if ((await api.add(team, identity)) === 'active') return { ok: true };
      await api.remove(team, identity);
      return refused('unknown-identity', `${identity} would have had to be invited to ${organization} first`);
    },
    async revoke(entitlement, identity) {
      const team = teamIn(entitlement);
      if (!allowed(team))
        throw new Error(`this connection may not touch ${team}: put it back under its entitlements`);
      await api.remove(team, identity);
      return { sessionsEnded: 0 };
    },
    close: async () => undefined,
  };
}

/** The slug of the team that an entitlement gives. */
export function teamIn(entitlement: Entitlement): string {
  return githubTeamEntitlement.parse(entitlement).team;
}

/** Logins compare case-insensitively. */
function includesLogin(logins: readonly string[], login: string): boolean {
  return logins.some((other) => other.toLowerCase() === login.toLowerCase());
}
