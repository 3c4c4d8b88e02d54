import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { listedPull } from '../payloads/pull.ts';
import { reactionCounts } from '../payloads/reaction.ts';
import { apiUrl } from '../payloads/repository.ts';
import type { CommentBody } from './descriptions.ts';

/** A pull request as the issue that it also is. */
export async function issuePayload(
  github: GitHub,
  repository: Repository,
  pull: Pull,
): Promise<CommentBody['issue']> {
  const listed = await listedPull(github, repository, pull);
  const url = `${apiUrl(github, repository)}/issues/${pull.number}`;
  return {
    id: listed.id,
    node_id: listed.node_id,
    number: listed.number,
    title: listed.title,
    user: listed.user,
    labels: listed.labels,
    state: listed.state,
    locked: listed.locked,
    assignee: listed.assignee,
    assignees: listed.assignees,
    milestone: listed.milestone,
    url,
    repository_url: apiUrl(github, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: listed.html_url,
    comments: repository.comments.filter(({ number }) => number === pull.number).length,
    created_at: listed.created_at,
    updated_at: listed.updated_at,
    closed_at: listed.closed_at,
    author_association: listed.author_association,
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: listed.url,
      html_url: listed.html_url,
      diff_url: listed.diff_url,
      patch_url: listed.patch_url,
      merged_at: listed.merged_at,
    },
    body: pull.body,
    reactions: reactionCounts(repository, { id: pull.id, url }),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}
