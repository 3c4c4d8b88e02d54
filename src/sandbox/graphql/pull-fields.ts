import { demandsOn } from '../model/demands.ts';
import { headRepository } from '../model/github.ts';
import { entryOf, mergeQueueRule } from '../model/merge-queue.ts';
import { mergeableState, testMerge } from '../model/mergeability.ts';
import { pullChanges, pullCommits } from '../model/pull-changes.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { CHANGES_REQUESTED, unmetReviews } from '../model/review-rules.ts';
import { sum } from '../payloads/commit.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { authorAssociation } from '../payloads/pull.ts';
import { pageUrl } from '../payloads/repository.ts';
import { mayRead, refused, unheeded } from './asker.ts';
import { connection, type Page } from './connection.ts';
import { conversationFields } from './conversation-fields.ts';
import { reactionGroups } from './reaction-groups.ts';
import {
  actorSource,
  commitSource,
  entrySource,
  ownerSource,
  type Fields,
  type ForcePushSource,
  type PullSource,
  type ReviewSource,
} from './sources.ts';

export function pullState({ merged, state }: Pull): 'MERGED' | 'OPEN' | 'CLOSED' {
  if (merged) return 'MERGED';
  return state === 'open' ? 'OPEN' : 'CLOSED';
}

export const pullFields = {
  ...conversationFields,
  id: ({ pull }) => nodeId('PullRequest', pull.id),
  databaseId: ({ pull }) => pull.id,
  number: ({ pull }) => pull.number,
  title: ({ pull }) => pull.title,
  body: ({ pull }) => pull.body ?? '',
  url: ({ repository, pull }, _args, { github }) => `${pageUrl(github, repository)}/pull/${pull.number}`,
  author: ({ pull }) => actorSource(pull.author),
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  state: ({ pull }) => pullState(pull),
  isDraft: ({ pull }) => pull.draft,
  closed: ({ pull }) => pull.state === 'closed',
  closedAt: ({ pull }) => instant(pull.closedAt),
  createdAt: ({ pull }) => instant(pull.createdAt),
  updatedAt: ({ pull }) => instant(pull.updatedAt),
  maintainerCanModify: ({ pull }) => pull.maintainerCanModify,

  headRefName: ({ pull }) => pull.head.ref,
  headRefOid: ({ pull }) => pull.head.sha,
  headRepository: ({ pull }, _args, { github }) => ({
    __typename: 'Repository',
    repository: headRepository(github, pull),
  }),
  headRepositoryOwner: ({ pull }, _args, { github }) => ownerSource(headRepository(github, pull).owner),
  isCrossRepository: ({ repository, pull }) => pull.head.repositoryId !== repository.id,
  baseRefName: ({ pull }) => pull.base.ref,
  baseRefOid: ({ pull }) => pull.base.sha,
  additions: async (source) => sum((await changes(source)).map(({ additions }) => additions)),
  deletions: async (source) => sum((await changes(source)).map(({ deletions }) => deletions)),
  changedFiles: async (source) => (await changes(source)).length,
  async commits({ repository, pull }, page: Page, asker) {
    mayRead(asker, repository, 'contents');
    return connection('commits', await pullCommits(repository, pull), page, (sha) => ({
      id: nodeId('PullRequestCommit', `${pull.id}:${sha}`),
      commit: commitSource(repository, sha),
    }));
  },

  merged: ({ pull }) => pull.merged !== null,
  mergedAt: ({ pull }) => instant(pull.merged?.at ?? null),
  mergedBy: ({ pull }) => pull.merged && actorSource(pull.merged.by),
  mergeCommit({ repository, pull }, _args, asker) {
    mayRead(asker, repository, 'contents');
    return pull.merged && commitSource(repository, pull.merged.sha);
  },
  async potentialMergeCommit({ repository, pull }, _args, { github }) {
    if (pull.state === 'closed') return null;
    const { sha } = await testMerge(github, repository, pull);
    return sha && commitSource(repository, sha);
  },
  async mergeable({ repository, pull }, _args, { github }) {
    if (pull.state === 'closed') return 'UNKNOWN';
    return (await testMerge(github, repository, pull)).sha ? 'MERGEABLE' : 'CONFLICTING';
  },
  mergeStateStatus: async ({ repository, pull }, _args, { github }) =>
    pull.state === 'closed' ? 'UNKNOWN' : (await mergeableState(github, repository, pull)).toUpperCase(),
  isInMergeQueue: ({ repository, pull }) => entryOf(repository, pull) !== undefined,
  isMergeQueueEnabled: ({ repository, pull }) => mergeQueueRule(repository, pull.base.ref) !== undefined,
  mergeQueueEntry({ repository, pull }) {
    const entry = entryOf(repository, pull);
    return entry ? entrySource(repository, entry) : null;
  },
  autoMergeRequest({ repository, pull }) {
    const { autoMerge } = pull;
    return (
      autoMerge && {
        mergeMethod: autoMerge.method.toUpperCase(),
        commitHeadline: autoMerge.title ?? null,
        commitBody: autoMerge.message ?? null,
        enabledAt: instant(autoMerge.at),
        enabledBy: actorSource(autoMerge.by.user),
        pullRequest: { __typename: 'PullRequest', repository, pull },
      }
    );
  },

  reviewDecision: ({ repository, pull }) => reviewDecision(repository, pull),
  reviews({ repository, pull }, args: Page & { states?: string[] | null; author?: string | null }) {
    unheeded(args, 'author');
    const reviews = pull.reviews.filter(({ state }) => !args.states || args.states.includes(state));
    return connection('reviews', reviews, args, (review): ReviewSource => ({
      __typename: 'PullRequestReview',
      repository,
      review,
    }));
  },
  timelineItems({ repository, pull }, args: Page & { itemTypes?: string[] | null; since?: string }) {
    unheeded(args, 'since', 'skip');
    if (args.itemTypes?.join() !== 'HEAD_REF_FORCE_PUSHED_EVENT')
      throw refused('UNPROCESSABLE', 'The sandbox knows itemTypes: [HEAD_REF_FORCE_PUSHED_EVENT] alone here');
    const pushes = pull.timeline.filter((entry) => entry.event === 'head_ref_force_pushed');
    return connection('timelineItems', pushes, args, (entry): ForcePushSource => ({
      __typename: 'HeadRefForcePushedEvent',
      repository,
      pull,
      entry,
    }));
  },
} satisfies Fields<PullSource>;

export const forcePushFields = {
  id: ({ entry }) => nodeId('HeadRefForcePushedEvent', entry.id),
  actor: ({ entry }) => actorSource(entry.actor),
  createdAt: ({ entry }) => instant(entry.at),
  beforeCommit: ({ repository, entry }) => commitSource(repository, entry.before),
  afterCommit: ({ repository, entry }) => commitSource(repository, entry.commitId),
  pullRequest: ({ repository, pull }) => ({ __typename: 'PullRequest', repository, pull }),
} satisfies Fields<ForcePushSource>;

export const reviewFields = {
  id: ({ review }) => nodeId('PullRequestReview', review.id),
  databaseId: ({ review }) => review.id,
  fullDatabaseId: ({ review }) => `${review.id}`,
  author: ({ review }) => actorSource(review.user),
  authorAssociation: ({ repository, review }) => authorAssociation(repository, review.user),
  body: ({ review }) => review.body,
  reactionGroups: ({ repository, review }) => reactionGroups(repository, review.id),
  state: ({ review }) => review.state,
  submittedAt: ({ review }) => instant(review.submittedAt),
  async commit({ repository, review }, _args, asker) {
    mayRead(asker, repository, 'contents');
    const known = await repository.git.commitSha(review.commitId);
    return known === undefined ? null : commitSource(repository, review.commitId);
  },
} satisfies Fields<ReviewSource>;

function changes({ repository, pull }: PullSource) {
  return pullChanges(repository, pull);
}

/** What the reviews come to; null where the base asks for none. */
async function reviewDecision(repository: Repository, pull: Pull): Promise<string | null> {
  const asked = demandsOn(repository, `refs/heads/${pull.base.ref}`).flatMap(({ review }) =>
    review && (review.approvals > 0 || review.codeOwners) ? [review] : [],
  );
  if (asked.length === 0) return null;
  const unmet = (await Promise.all(asked.map((review) => unmetReviews(repository, review, pull)))).flat();
  if (unmet.includes(CHANGES_REQUESTED)) return 'CHANGES_REQUESTED';
  return unmet.length > 0 ? 'REVIEW_REQUIRED' : 'APPROVED';
}
