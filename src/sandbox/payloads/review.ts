import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import type { Review } from '../model/review.ts';
import { simpleUser } from './account.ts';
import type { Review as ReviewPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { authorAssociation } from './pull.ts';
import { apiUrl, pageUrl } from './repository.ts';

/** A review; `commit_id` is null once git has lost the commit. */
export async function reviewPayload(github: GitHub, repository: Repository, pull: Pull, review: Review) {
  const page = `${pageUrl(github, repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const api = `${apiUrl(github, repository)}/pulls/${pull.number}`;
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: simpleUser(github, review.user),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: api,
    author_association: authorAssociation(repository, review.user),
    _links: { html: { href: page }, pull_request: { href: api } },
    submitted_at: instant(review.submittedAt),
    commit_id: (await repository.git.commitSha(review.commitId)) ?? null,
  } satisfies ReviewPayload;
}
