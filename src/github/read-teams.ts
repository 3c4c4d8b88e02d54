import type { Team } from '../policies/directory.ts';
import { ask, nodesOf, type Page } from './graphql.ts';
import { named, unlessMissing, type RequestsRepository } from './requests-repository.ts';

interface MemberNode {
  readonly databaseId: number | null;
  readonly login: string;
}

/** A team as GraphQL tells of it; its members are those of its child teams too, as REST lists them. */
interface TeamNode {
  readonly databaseId: number | null;
  readonly slug: string;
  readonly privacy: 'SECRET' | 'VISIBLE';
  readonly members: Page<MemberNode>;
  /** Those whose names contain that of the requests repository; where it was asked for. */
  readonly repositories?: {
    readonly edges: readonly ({
      readonly permission: string;
      readonly node: { readonly databaseId: number | null };
    } | null)[];
  };
}

interface KnownTeam extends Omit<TeamNode, 'members'> {
  readonly members: readonly MemberNode[];
}

/** What lets somebody push (https://docs.github.com/en/graphql/reference/enums#repositorypermission). */
const pushing: ReadonlySet<string> = new Set(['WRITE', 'MAINTAIN', 'ADMIN']);

/** So many teams are asked for at once. */
const together = 20;

/**
 * Teams as they are now, by name (`organization/slug`, in lower case), all in one call where each is a page long. `closely`: those of which is also asked
 * what they may do in the repository. `null`: GitHub knows none of the organization's by that name.
 */
export async function readTeams(
  repository: RequestsRepository,
  names: readonly string[],
  closely: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Team | null>> {
  const slugs = names.flatMap((name) => slugOf(repository, name) ?? []);
  const isClose = (slug: string) => closely.has(`${repository.owner.toLowerCase()}/${slug}`);
  const known = await readKnown(repository, slugs, isClose);
  const writable = await readAccess(
    repository,
    [...known.values()].filter(({ slug }) => isClose(slug)),
  );
  return new Map(
    names.map((name) => {
      const slug = slugOf(repository, name);
      const team = slug === null ? undefined : known.get(slug);
      return [name, team && slug !== null ? teamOf(name, team, writable.get(slug)) : null];
    }),
  );
}

/** A team of another organization can't be read with this installation's token, and owns nothing here. */
function slugOf({ owner }: RequestsRepository, name: string): string | null {
  const [organization = '', ...rest] = name.split('/');
  const slug = rest.join('/');
  // A path that ends in `..` is answered with something else.
  const isSlug = /^[a-z\d_-][a-z\d_.-]*$/.test(slug);
  return organization === owner.toLowerCase() && isSlug ? slug : null;
}

/** `canWrite`: where that was asked. */
function teamOf(name: string, { databaseId: id, privacy, members }: KnownTeam, canWrite?: boolean): Team {
  if (id === null) throw new Error(`GitHub does not say which team ${name} is: look again`);
  const logins = new Map(
    members.map((member) => {
      if (member.databaseId === null)
        throw new Error(`GitHub does not say which account ${member.login} is: look again`);
      return [member.databaseId, member.login];
    }),
  );
  return {
    name,
    ...(canWrite !== undefined && { id, visible: privacy === 'VISIBLE', canWrite }),
    members: new Set(logins.keys()),
    logins,
  };
}

/** By slug, those that there are. One that GraphQL does not show is asked for by REST: whether it shows all that REST does is not documented. */
async function readKnown(
  repository: RequestsRepository,
  slugs: readonly string[],
  isClose: (slug: string) => boolean,
): Promise<ReadonlyMap<string, KnownTeam>> {
  const shown = await askForTeams(repository, slugs, isClose);
  const others = await Promise.all(
    slugs.filter((slug) => !shown.has(slug)).map((slug) => readByRest(repository, slug)),
  );
  return new Map([...shown, ...others.flatMap((team) => (team ? [[team.slug, team] as const] : []))]);
}

async function readByRest({ octokit, owner }: RequestsRepository, slug: string): Promise<KnownTeam | null> {
  const team = { org: owner, team_slug: slug };
  const found = await unlessMissing(octokit.rest.teams.getByName(team));
  if (found?.data.slug?.toLowerCase() !== slug) return null;
  const { id, privacy } = found.data;
  const members = await octokit.paginate(octokit.rest.teams.listMembersInOrg, { ...team, per_page: 100 });
  return {
    databaseId: id,
    slug,
    privacy: privacy === 'closed' ? 'VISIBLE' : 'SECRET',
    members: members.map((member) => ({ databaseId: member.id, login: member.login })),
  };
}

async function askForTeams(
  repository: RequestsRepository,
  slugs: readonly string[],
  isClose: (slug: string) => boolean,
): Promise<ReadonlyMap<string, KnownTeam>> {
  const known = new Map<string, KnownTeam>();
  let left = slugs.map((slug): Asked => ({ slug, after: null, closely: isClose(slug) }));
  while (left.length > 0) {
    const asked = left.slice(0, together);
    const pages = await askForPages(repository, asked);
    const more = asked.flatMap(({ slug, closely }, index): Asked[] => {
      const page = pages[index];
      // GitHub finds a team by its name as well.
      if (page?.slug.toLowerCase() !== slug) {
        if (known.has(slug)) throw new Error(`the team ${slug} went while it was read: look again`);
        return [];
      }
      const { members, ...team } = page;
      known.set(slug, { ...team, slug, members: [...(known.get(slug)?.members ?? []), ...nodesOf(members)] });
      return members.pageInfo.hasNextPage ? [{ slug, after: members.pageInfo.endCursor, closely }] : [];
    });
    left = [...more, ...left.slice(together)];
  }
  return known;
}

/** What is asked of a team; `after`: where its members go on. */
interface Asked {
  readonly slug: string;
  readonly after: string | null;
  readonly closely: boolean;
}

/** A page of the members of each. */
async function askForPages(
  repository: RequestsRepository,
  asked: readonly Asked[],
): Promise<(TeamNode | null)[]> {
  const declared = asked.map(
    (_, nth) => `$slug${nth}: String!, $after${nth}: String, $closely${nth}: Boolean!`,
  );
  const fields = asked.map(
    (_, nth) => `team${nth}: team(slug: $slug${nth}) {
      databaseId slug privacy
      members(first: 100, after: $after${nth}, membership: ALL) {
        totalCount nodes { databaseId login } pageInfo { hasNextPage endCursor }
      }
      repositories(first: 100, query: $repo) @include(if: $closely${nth}) {
        edges { permission node { databaseId } }
      }
    }`,
  );
  const { organization } = await ask<{ organization: Readonly<Record<string, TeamNode | null>> }>(
    repository,
    `query ($owner: String!, $repo: String!, ${declared.join(', ')}) {
      organization(login: $owner) { ${fields.join('\n')} }
    }`,
    {
      ...named(repository),
      ...Object.fromEntries(
        asked.flatMap(({ slug, after, closely }, nth) => [
          [`slug${nth}`, slug],
          [`after${nth}`, after],
          [`closely${nth}`, closely],
        ]),
      ),
    },
  );
  return asked.map((_, nth) => organization[`team${nth}`] ?? null);
}

/**
 * Which teams may push, by slug. GraphQL does not say whether it lists what a team may do as a child of another one, or by a role of the organization's own: of
 * a team that it does not show as one that may push, REST is asked.
 */
async function readAccess(
  repository: RequestsRepository,
  teams: readonly KnownTeam[],
): Promise<ReadonlyMap<string, boolean>> {
  return new Map(
    await Promise.all(
      teams.map(
        async (team) =>
          [team.slug, isShownToPush(repository, team) || (await mayPush(repository, team.slug))] as const,
      ),
    ),
  );
}

function isShownToPush({ id }: RequestsRepository, { repositories }: KnownTeam): boolean {
  const shown = repositories?.edges.find((edge) => edge?.node.databaseId === id);
  return shown !== undefined && shown !== null && pushing.has(shown.permission);
}

async function mayPush(repository: RequestsRepository, slug: string): Promise<boolean> {
  const access = await unlessMissing(
    repository.octokit.rest.teams.checkPermissionsForRepoInOrg({
      ...named(repository),
      org: repository.owner,
      team_slug: slug,
      // Without this media type the answer is an empty 204.
      headers: { accept: 'application/vnd.github.v3.repository+json' },
    }),
  );
  return access?.data?.permissions?.push === true;
}
