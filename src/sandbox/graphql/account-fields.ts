import { nodeId } from '../payloads/node-id.ts';
import type { Asker } from './asker.ts';
import type { ActorSource, Fields, OwnerSource } from './sources.ts';
import { teamOf } from './team-fields.ts';

/** People and bots. A bot goes by its app's name, unless it asks who it is itself. */
export const actorFields = {
  id: ({ user }) => nodeId(user.type, user.id),
  databaseId: ({ user }) => user.id,
  login: loginOf,
  name: ({ user }) => user.name,
  resourcePath: pathOf,
  url: (source, _args, { github }) => `${github.url}${pathOf(source)}`,
  avatarUrl: ({ user }, _args, { github }) => `${github.url}/avatars/u/${user.id}?v=4`,
} satisfies Fields<ActorSource>;

type OrganizationSource = Extract<OwnerSource, { __typename: 'Organization' }>;

export const organizationFields = {
  id: ({ organization }) => nodeId('Organization', organization.id),
  databaseId: ({ organization }) => organization.id,
  login: ({ organization }) => organization.login,
  team: teamOf,
  resourcePath: ({ organization }) => `/${organization.login}`,
  url: ({ organization }, _args, { github }: Asker) => `${github.url}/${organization.login}`,
  avatarUrl: ({ organization }, _args, { github }: Asker) => `${github.url}/avatars/u/${organization.id}?v=4`,
} satisfies Fields<OrganizationSource>;

function loginOf({ user, isViewer }: ActorSource): string {
  return isViewer ? user.login : user.login.replace(/\[bot\]$/, '');
}

function pathOf({ user }: ActorSource): string {
  return user.type === 'Bot' ? `/apps/${user.login.replace(/\[bot\]$/, '')}` : `/${user.login}`;
}
