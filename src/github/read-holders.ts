import type { Grant } from '../grants/grant.ts';
import { readTeam } from './read-people.ts';
import { unlessMissing, type RequestsRepository } from './requests-repository.ts';

/**
 * Whether whoever holds a grant is still an active member of the organization, and of the team that it was granted to. People are asked for by
 * their ids: a login may be somebody else's by now. A service account is nobody's membership.
 */
export async function readHolding(
  repository: RequestsRepository,
  grants: readonly Grant[],
): Promise<(grant: Grant) => boolean> {
  const ids = [...new Set(grants.flatMap(({ holder }) => holder.id ?? []))];
  const slugs = [
    ...new Set(grants.flatMap(({ principal }) => (principal.kind === 'team' ? principal.name : []))),
  ];
  const [members, teams] = await Promise.all([
    Promise.all(ids.map(async (id) => [id, await isMember(repository, id)] as const)),
    Promise.all(
      slugs.map(
        async (slug) =>
          [slug, await readTeam(repository, `${repository.owner}/${slug}`.toLowerCase())] as const,
      ),
    ),
  ]);
  const active = new Set(members.flatMap(([id, member]) => (member ? [id] : [])));
  const teamNamed = new Map(teams);
  return ({ holder, principal }) => {
    if (holder.id === null) return true;
    if (!active.has(holder.id)) return false;
    if (principal.kind !== 'team') return true;
    const team = teamNamed.get(principal.name);
    return team?.id === principal.id && team.members.has(holder.id);
  };
}

async function isMember({ octokit, owner }: RequestsRepository, id: number): Promise<boolean> {
  const account = await unlessMissing(octokit.rest.users.getById({ account_id: id }));
  if (!account) return false;
  const membership = await unlessMissing(
    octokit.rest.orgs.getMembershipForUser({ org: owner, username: account.data.login }),
  );
  return membership?.data.state === 'active' && membership.data.user?.id === id;
}
