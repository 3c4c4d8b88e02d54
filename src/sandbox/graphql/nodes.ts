import { sees } from '../model/access.ts';
import type { CheckRun } from '../model/check.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { nodeId } from '../payloads/node-id.ts';
import { mayRead, refused, type Asker } from './asker.ts';
import {
  actorSource,
  pullSource,
  type PullSource,
  type RefSource,
  type RepositorySource,
} from './sources.ts';

/** The node that a global id names: the id that REST shows as `node_id`. */
export async function nodeOf(asker: Asker, id: string) {
  const node = repositoryNode(asker, id) ?? pullNode(asker, id) ?? accountNode(asker, id);
  if (node) return node;
  throw noNode(id);
}

/** The pull request that a mutation names. */
export function pullOf(asker: Asker, id: string): PullSource {
  const node = pullNode(asker, id);
  if (node) return node;
  throw noNode(id);
}

/** The repository that a mutation names. */
export function repositoryOf(asker: Asker, id: string): RepositorySource {
  const node = repositoryNode(asker, id);
  if (node) return node;
  throw noNode(id);
}

/** The branch that a mutation names. */
export function branchOf(asker: Asker, id: string): Pick<RefSource, 'repository' | 'ref'> {
  for (const repository of visible(asker)) {
    const [, ref] = /^0\d+:Ref\d+:(refs\/heads\/.+)$/.exec(Buffer.from(id, 'base64').toString()) ?? [];
    if (ref !== undefined && nodeId('Ref', `${repository.id}:${ref}`) === id) return { repository, ref };
  }
  throw noNode(id);
}

/** The check run of a repository that a mutation names. */
export function checkRunOf({ checkRuns }: Repository, id: string): CheckRun {
  const run = checkRuns.find((one) => nodeId('CheckRun', one.id) === id);
  if (run) return run;
  throw noNode(id);
}

function repositoryNode(asker: Asker, id: string): RepositorySource | undefined {
  const repository = visible(asker).find((one) => nodeId('Repository', one.id) === id);
  return repository && { __typename: 'Repository', repository };
}

function pullNode(asker: Asker, id: string): PullSource | undefined {
  for (const repository of visible(asker)) {
    const pull = pullsOf(repository).find((one) => nodeId('PullRequest', one.id) === id);
    if (!pull) continue;
    mayRead(asker, repository, 'pull_requests');
    return pullSource(repository, pull);
  }
  return undefined;
}

function accountNode({ github }: Asker, id: string) {
  const user = [...github.users.values()].find((one) => nodeId(one.type, one.id) === id);
  if (user) return actorSource(user);
  const organization = [...github.organizations.values()].find(
    (one) => nodeId('Organization', one.id) === id,
  );
  return organization && { __typename: 'Organization' as const, organization };
}

function visible({ github, viewer }: Asker) {
  return [...github.repositories.values()].filter((repository) => sees(viewer, repository));
}

function noNode(id: string) {
  return refused('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}
