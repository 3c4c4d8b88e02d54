import { sees } from '../model/access.ts';
import { activeMemberIds, teamBySlug, type Organization } from '../model/account.ts';
import { grants } from '../model/app.ts';
import { nodeId } from '../payloads/node-id.ts';
import { refused, unheeded, unresolved, type Asker } from './asker.ts';
import { connection, type Page } from './connection.ts';
import { actorSource, ownerSource, type Fields, type TeamSource } from './sources.ts';

type MembersArguments = Page & {
  membership?: 'ALL' | 'CHILD_TEAM' | 'IMMEDIATE' | null;
  orderBy?: unknown;
  query?: string | null;
  role?: string | null;
};

type RepositoriesArguments = Page & { query?: string | null; orderBy?: unknown };

export const teamFields = {
  id: ({ team }) => nodeId('Team', team.id),
  databaseId: ({ team }) => team.id,
  name: ({ team }) => team.name,
  slug: ({ team }) => team.slug,
  privacy: ({ team }) => (team.privacy === 'secret' ? 'SECRET' : 'VISIBLE'),
  organization: ({ organization }) => ownerSource(organization),
  members({ organization, team }, args: MembersArguments, asker) {
    seesMembers(asker, organization);
    unheeded(args, 'orderBy', 'query', 'role');
    if (args.membership !== 'ALL') unheeded({ membership: args.membership }, 'membership');
    const members = activeMemberIds(organization, team).flatMap((id) => asker.github.users.get(id) ?? []);
    return connection('members', members, args, actorSource);
  },
  // Whether GitHub lists here what a team may do as a child of another one is not documented.
  repositories({ team }, { query, orderBy, ...page }: RepositoriesArguments, { github, viewer }) {
    unheeded({ orderBy }, 'orderBy');
    const edges = [...team.repositories].flatMap(([id, level]) => {
      const repository = github.repositories.get(id);
      if (!repository || level === 'none' || !sees(viewer, repository)) return [];
      if (query && !repository.name.includes(query)) return [];
      return [{ permission: level.toUpperCase(), node: { __typename: 'Repository', repository } }];
    });
    const { nodes, ...rest } = connection('repositories', edges, page, (edge) => edge);
    return { ...rest, edges: nodes };
  },
} satisfies Fields<TeamSource>;

/** A team by its slug; null where there is none that the asker sees. */
export function teamOf(
  { organization }: { organization: Organization },
  { slug }: { slug: string },
  asker: Asker,
): TeamSource | null {
  seesMembers(asker, organization);
  const team = teamBySlug(organization, slug);
  if (!team || (team.privacy === 'secret' && !seesSecrets(asker, organization, team))) return null;
  return { __typename: 'Team', organization, team };
}

/** What is inside an organization is for its members, and for an app that is installed there with `members`. */
function seesMembers({ viewer }: Asker, organization: Organization): void {
  if (viewer.kind === 'user') {
    if (organization.members.has(viewer.user.id)) return;
    throw unresolved(`an Organization with the login of '${organization.login}'`);
  }
  if (viewer.installation.account !== organization || !grants(viewer.permissions, 'members', 'read'))
    throw refused('FORBIDDEN', 'Resource not accessible by integration');
}

/** A secret team is there for its own members, for owners and for apps. */
function seesSecrets({ viewer }: Asker, organization: Organization, team: TeamSource['team']): boolean {
  const { id } = viewer.user;
  return (
    viewer.kind === 'installation' ||
    organization.members.get(id) === 'admin' ||
    activeMemberIds(organization, team).includes(id)
  );
}
