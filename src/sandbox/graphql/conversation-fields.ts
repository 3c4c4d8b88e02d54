import type { IssueComment } from '../model/comment.ts';
import type { Team, User } from '../model/account.ts';
import type { Repository } from '../model/repository.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { authorAssociation } from '../payloads/pull.ts';
import { pageUrl } from '../payloads/repository.ts';
import { connection, type Page } from './connection.ts';
import { reactionGroups } from './reaction-groups.ts';
import { actorSource, type CommentSource, type Fields, type PullSource, type TeamSource } from './sources.ts';

export function commentSource(repository: Repository, comment: IssueComment): CommentSource {
  return { __typename: 'IssueComment', repository, comment };
}

export const commentFields = {
  id: ({ comment }) => nodeId('IssueComment', comment.id),
  databaseId: ({ comment }) => comment.id,
  author: ({ comment }) => actorSource(comment.user),
  authorAssociation: ({ repository, comment }) => authorAssociation(repository, comment.user),
  body: ({ comment }) => comment.body,
  createdAt: ({ comment }) => instant(comment.createdAt),
  updatedAt: ({ comment }) => instant(comment.updatedAt),
  includesCreatedEdit: ({ comment }) => comment.updatedAt > comment.createdAt,
  isMinimized: () => false,
  minimizedReason: () => null,
  reactionGroups: ({ repository, comment }) => reactionGroups(repository, comment.id),
  viewerDidAuthor: ({ comment }, _args, { viewer }) => comment.user === viewer.user,
  url: ({ repository, comment }, _args, { github }) =>
    `${pageUrl(github, repository)}/pull/${comment.number}#issuecomment-${comment.id}`,
} satisfies Fields<CommentSource>;

/** What people say on a pull request, and whom it asks for a review. Nobody is assigned to one here, and it is part of no plan. */
export const conversationFields = {
  authorAssociation: ({ repository, pull }) => authorAssociation(repository, pull.author),
  comments: ({ repository, pull }, page: Page) => {
    const comments = repository.comments.filter(({ number }) => number === pull.number);
    return connection('comments', comments, page, (comment) => commentSource(repository, comment));
  },
  labels: ({ pull }, page: Page) =>
    connection('labels', pull.labels, page, ({ id, name, color, description }) => ({
      id: nodeId('Label', id),
      name,
      color,
      description,
    })),
  reviewRequests: ({ repository, pull }, page: Page) =>
    connection('reviewRequests', [...pull.requestedReviewers, ...pull.requestedTeams], page, (reviewer) => ({
      id: nodeId('ReviewRequest', `${pull.id}:${reviewer.id}`),
      requestedReviewer: reviewerSource(repository, reviewer),
    })),
  assignees: (_source, page: Page) => connection('assignees', [], page, () => null),
  projectCards: (_source, page: Page) => connection('projectCards', [], page, () => null),
  milestone: () => null,
  reactionGroups: ({ repository, pull }) => reactionGroups(repository, pull.id),
} satisfies Fields<PullSource>;

function reviewerSource(repository: Repository, reviewer: User | Team) {
  if ('login' in reviewer) return actorSource(reviewer);
  return { __typename: 'Team', organization: repository.owner, team: reviewer } satisfies TeamSource;
}
