import { organizationByLogin, userByLogin } from '../model/github.ts';
import { seenRepository, unheeded, unresolved, type Asker } from './asker.ts';
import { nodeOf } from './nodes.ts';
import type { ActorSource, Fields, RepositorySource } from './sources.ts';

/** The fields of a query's root. */
export const queryFields = {
  viewer: (_root, _args, { viewer }: Asker): ActorSource => ({
    __typename: 'User',
    user: viewer.user,
    isViewer: true,
  }),
  repository(_root, args: { owner: string; name: string }, asker: Asker): RepositorySource {
    return { __typename: 'Repository', repository: seenRepository(asker, args.owner, args.name) };
  },
  node: (_root, { id }: { id: string }, asker: Asker) => nodeOf(asker, id),
  organization(_root, { login }: { login: string }, { github }: Asker) {
    const organization = organizationByLogin(github, login);
    if (!organization) throw unresolved(`an Organization with the login of '${login}'`);
    return { __typename: 'Organization', organization };
  },
  user(_root, { login }: { login: string }, { github }: Asker): ActorSource {
    const user = userByLogin(github, login);
    if (!user || user.type === 'Bot' || user.suspension)
      throw unresolved(`a User with the login of '${login}'`);
    return { __typename: 'User', user };
  },
  rateLimit(_root, args: { dryRun?: boolean }, { quota }: Asker) {
    unheeded({ dryRun: args.dryRun || undefined }, 'dryRun');
    const { limit, remaining, used, reset } = quota;
    const resetAt = `${reset.toISOString().slice(0, 19)}Z`;
    return { cost: 1, nodeCount: 0, limit, remaining, used, resetAt };
  },
} satisfies Fields<unknown>;
