import type { IssueComment } from '../model/comment.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { simpleUser } from './account.ts';
import { integration } from './app.ts';
import type { Comment } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { authorAssociation } from './pull.ts';
import { reactionCounts } from './reaction.ts';
import { apiUrl, pageUrl } from './repository.ts';

export function commentPayload(github: GitHub, repository: Repository, comment: IssueComment) {
  const api = `${apiUrl(github, repository)}/issues`;
  return {
    url: `${api}/comments/${comment.id}`,
    html_url: `${pageUrl(github, repository)}/pull/${comment.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/${comment.number}`,
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    user: simpleUser(github, comment.user),
    created_at: instant(comment.createdAt),
    updated_at: instant(comment.updatedAt),
    author_association: authorAssociation(repository, comment.user),
    body: comment.body,
    reactions: reactionCounts(repository, { id: comment.id, url: `${api}/comments/${comment.id}` }),
    performed_via_github_app: comment.app && integration(github, comment.app),
  } satisfies Comment;
}
