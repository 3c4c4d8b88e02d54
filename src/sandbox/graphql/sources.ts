import type { Organization, Team, User } from '../model/account.ts';
import type { IssueComment } from '../model/comment.ts';
import type { QueueEntry } from '../model/merge-queue.ts';
import type { Pull, TimelineEntry } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Review } from '../model/review.ts';
import type { Asker } from './asker.ts';

/** What stands behind a node of an answer: a thing of the model, told apart by the name of its type. */
export type ActorSource = { __typename: 'User' | 'Bot'; user: User; isViewer?: true };
export type OwnerSource = ActorSource | { __typename: 'Organization'; organization: Organization };
export type RepositorySource = { __typename: 'Repository'; repository: Repository };
export type RefSource = { __typename: 'Ref'; repository: Repository; ref: string; sha: string };
export type ObjectSource = { __typename: 'Commit' | 'Tree' | 'Blob'; repository: Repository; sha: string };
export type PullSource = { __typename: 'PullRequest'; repository: Repository; pull: Pull };
export type ReviewSource = { __typename: 'PullRequestReview'; repository: Repository; review: Review };
export type CommentSource = { __typename: 'IssueComment'; repository: Repository; comment: IssueComment };
export type TeamSource = { __typename: 'Team'; organization: Organization; team: Team };
export type QueueSource = { __typename: 'MergeQueue'; repository: Repository; branch: string };
export type EntrySource = { __typename: 'MergeQueueEntry'; repository: Repository; entry: QueueEntry };
export type ForcePushSource = {
  __typename: 'HeadRefForcePushedEvent';
  repository: Repository;
  pull: Pull;
  entry: Extract<TimelineEntry, { event: 'head_ref_force_pushed' }>;
};

/** How the fields of a type are found from what stands behind it; fields that it does not name are read off it. */
export type Fields<Source> = Record<string, (source: Source, args: never, asker: Asker) => unknown>;

export function actorSource(user: User): ActorSource {
  return { __typename: user.type, user };
}

export function ownerSource(organization: Organization): OwnerSource {
  return organization.person
    ? actorSource(organization.person)
    : { __typename: 'Organization', organization };
}

export function pullSource(repository: Repository, pull: Pull): PullSource {
  return { __typename: 'PullRequest', repository, pull };
}

export function commitSource(repository: Repository, sha: string): ObjectSource {
  return { __typename: 'Commit', repository, sha };
}

export function entrySource(repository: Repository, entry: QueueEntry): EntrySource {
  return { __typename: 'MergeQueueEntry', repository, entry };
}
