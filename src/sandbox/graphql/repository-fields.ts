import { levelOf } from '../model/access.ts';
import { mergeQueueRule } from '../model/merge-queue.ts';
import { pullsOf, fullName, type Repository } from '../model/repository.ts';
import { nodeId } from '../payloads/node-id.ts';
import { pageUrl } from '../payloads/repository.ts';
import { mayRead, unheeded, unresolved, type Asker } from './asker.ts';
import { connection, type Page } from './connection.ts';
import { findObject, findRef } from './git-fields.ts';
import { pullState } from './pull-fields.ts';
import { ownerSource, pullSource, type Fields, type QueueSource, type RepositorySource } from './sources.ts';

type PullsArguments = Page & {
  states?: string[] | null;
  headRefName?: string | null;
  baseRefName?: string | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
  labels?: string[] | null;
};

export const repositoryFields = {
  id: ({ repository }) => nodeId('Repository', repository.id),
  databaseId: ({ repository }) => repository.id,
  name: ({ repository }) => repository.name,
  nameWithOwner: ({ repository }) => fullName(repository),
  owner: ({ repository }) => ownerSource(repository.owner),
  url: ({ repository }, _args, { github }) => pageUrl(github, repository),
  // As REST shows them.
  description: () => null,
  hasIssuesEnabled: () => true,
  hasWikiEnabled: () => false,
  isPrivate: ({ repository }) => repository.private,
  isFork: ({ repository }) => repository.parent !== null,
  parent: ({ repository: { parent } }) => parent && { __typename: 'Repository', repository: parent },
  viewerPermission: ({ repository }, _args, asker) => permission(asker, repository),
  mergeCommitAllowed: () => true,
  squashMergeAllowed: () => true,
  rebaseMergeAllowed: () => true,
  autoMergeAllowed: ({ repository }) => repository.settings.allow_auto_merge,
  deleteBranchOnMerge: ({ repository }) => repository.settings.delete_branch_on_merge,
  defaultBranchRef: ({ repository }, _args, asker) => findRef(asker, repository, repository.defaultBranch),
  ref: ({ repository }, { qualifiedName }: { qualifiedName: string }, asker) =>
    findRef(asker, repository, qualifiedName),
  object: ({ repository }, { expression, oid }: { expression?: string; oid?: string }, asker) =>
    findObject(asker, repository, oid ?? expression ?? ''),
  pullRequest({ repository }, { number }: { number: number }, asker) {
    mayRead(asker, repository, 'pull_requests');
    const pull = repository.pulls.get(number);
    if (!pull) throw unresolved(`a PullRequest with the number of ${number}`);
    return pullSource(repository, pull);
  },
  pullRequests({ repository }, args: PullsArguments, asker) {
    mayRead(asker, repository, 'pull_requests');
    unheeded({ ...args, labels: args.labels?.length ? args.labels : undefined }, 'labels');
    if (args.orderBy && args.orderBy.field !== 'CREATED_AT') unheeded({ orderBy: args.orderBy }, 'orderBy');
    const found = pullsOf(repository).filter(
      (pull) =>
        (!args.states || args.states.includes(pullState(pull))) &&
        (!args.headRefName || pull.head.ref === args.headRefName) &&
        (!args.baseRefName || pull.base.ref === args.baseRefName),
    );
    const ordered = args.orderBy?.direction === 'DESC' ? found.toReversed() : found;
    return connection('pullRequests', ordered, args, (pull) => pullSource(repository, pull));
  },
  mergeQueue({ repository }, { branch }: { branch?: string | null }, asker): QueueSource | null {
    mayRead(asker, repository, 'merge_queues');
    const name = branch ?? repository.defaultBranch;
    return mergeQueueRule(repository, name) ? { __typename: 'MergeQueue', repository, branch: name } : null;
  },
} satisfies Fields<RepositorySource>;

/** What the asker may do, in one word. */
function permission({ viewer }: Asker, repository: Repository): string | null {
  if (viewer.kind === 'installation') return viewer.permissions['contents'] === 'write' ? 'WRITE' : 'READ';
  const level = levelOf(repository, viewer.user);
  return level === 'none' ? null : level.toUpperCase();
}
