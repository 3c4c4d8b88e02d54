import type { Grant } from '../grants/grant.ts';
import { named, unlessMissing, type RequestsRepository } from './requests-repository.ts';

type Held = Pick<Grant, 'holder' | 'principal'>;

/**
 * Whether whoever holds a grant is still an active member of the organization, and of the team that it was granted to. People and teams are
 * asked for by their ids: a name may be another, or somebody else's, by now. A service account is nobody's membership. A failure to read throws.
 */
export async function readHolding(
  repository: RequestsRepository,
  grants: readonly Held[],
): Promise<(grant: Held) => boolean> {
  const people = new Set(grants.flatMap(({ holder }) => holder.id ?? []));
  const teams = new Set(
    grants.flatMap(({ principal }) => (principal.kind === 'team' ? (principal.id ?? []) : [])),
  );
  const [active, membersOf] = await Promise.all([
    readActive(repository, people),
    readTeams(repository, teams),
  ]);
  // Asked last, so that a rename while the rest was read shows too.
  await expectOrganization(repository);
  return ({ holder, principal }) => {
    if (holder.id === null) return true;
    if (!active.has(holder.id)) return false;
    if (principal.kind !== 'team') return true;
    return principal.id !== null && membersOf.get(principal.id)?.has(holder.id) === true;
  };
}

/** A page of the organization's members tells of a hundred for one call; whoever is on none may have moved to another one meanwhile, and is asked for. */
async function readActive(
  repository: RequestsRepository,
  ids: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const listed = await readListed(repository, ids);
  const others = await Promise.all(
    [...ids]
      .filter((id) => !listed.has(id))
      .map(async (id) => ({ id, member: await isMember(repository, id) })),
  );
  return new Set([...listed, ...others.filter(({ member }) => member).map(({ id }) => id)]);
}

/** Those of them that the organization lists as members, as far as that is read: in no more calls than there are people. */
async function readListed(
  { octokit, owner }: RequestsRepository,
  ids: ReadonlySet<number>,
): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  let pages = 0;
  if (ids.size === 0) return found;
  await octokit.paginate(octokit.rest.orgs.listMembers, { org: owner, per_page: 100 }, ({ data }, done) => {
    for (const { id } of data) if (ids.has(id)) found.add(id);
    pages += 1;
    if (found.size === ids.size || pages >= ids.size) done();
    return [];
  });
  return found;
}

async function isMember({ octokit, owner }: RequestsRepository, id: number): Promise<boolean> {
  const account = await unlessMissing(octokit.rest.users.getById({ account_id: id }));
  if (!account) return false;
  const membership = await unlessMissing(
    octokit.rest.orgs.getMembershipForUser({ org: owner, username: account.data.login }),
  );
  return membership?.data.state === 'active' && membership.data.user?.id === id;
}

/** The members of each team, by ids. A team that the organization does not list is gone. */
async function readTeams(
  { octokit, owner }: RequestsRepository,
  ids: ReadonlySet<number>,
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  if (ids.size === 0) return new Map();
  const listed = await octokit.paginate(octokit.rest.teams.list, { org: owner, per_page: 100 });
  const teams = listed.filter(({ id }) => ids.has(id));
  return new Map(
    await Promise.all(
      teams.map(async ({ id, slug }) => {
        const team = { org: owner, team_slug: slug, per_page: 100 };
        const members = await octokit.paginate(octokit.rest.teams.listMembersInOrg, team);
        return [id, new Set(members.map((member) => member.id))] as const;
      }),
    ),
  );
}

/**
 * Throws unless the organization that people were asked for is the one that owns the bound repository. GitHub goes on answering for a repository
 * by its old name; to whatever is asked of an organization by its old name it answers 404, as if everybody had left.
 */
async function expectOrganization(repository: RequestsRepository): Promise<void> {
  const { id, owner, repo, octokit } = repository;
  const [{ data: found }, { data: organization }] = await Promise.all([
    octokit.rest.repos.get(named(repository)),
    octokit.rest.orgs.get({ org: owner }),
  ]);
  if (found.id !== id || found.owner.id !== organization.id)
    throw new Error(
      `${owner}/${repo} is not the repository ${id} of ${owner} any more, so nobody can be said to have left: bind it by its present name`,
    );
}
