import type { GitHub } from '../model/github.ts';
import type { Pull, TimelineEntry } from '../model/pull.ts';
import { pullCommits } from '../model/pull-changes.ts';
import type { Repository } from '../model/repository.ts';
import { simpleTeam, simpleUser } from './account.ts';
import { commentPayload } from './comment.ts';
import { gitCommit } from './commit.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { reviewPayload } from './review.ts';
import { apiUrl } from './repository.ts';

/** A pull request's history: its commits first, and then what happened, by id, which counts up over everything. */
export async function timelinePayload(github: GitHub, repository: Repository, pull: Pull): Promise<object[]> {
  const commits = await Promise.all(
    (await pullCommits(repository, pull)).map(async (sha) =>
      Object.assign(gitCommit(github, repository, await repository.git.commit(sha)), { event: 'committed' }),
    ),
  );
  const reviews = await Promise.all(
    pull.reviews.map(async (review) => {
      const { state, ...payload } = await reviewPayload(github, repository, pull, review);
      return { ...payload, event: 'reviewed', state: state.toLowerCase() };
    }),
  );
  const comments = repository.comments
    .filter(({ number }) => number === pull.number)
    .map((comment) => {
      const payload = commentPayload(github, repository, comment);
      return Object.assign(payload, { event: 'commented', actor: payload.user });
    });
  const entries = pull.timeline.map((entry) => entryPayload(github, repository, entry));
  const happened = [...reviews, ...comments, ...entries].toSorted((one, other) => one.id - other.id);
  return [...commits, ...happened];
}

function entryPayload(github: GitHub, repository: Repository, entry: TimelineEntry) {
  const { id, event, actor, at } = entry;
  const api = apiUrl(github, repository);
  const commitId = 'commitId' in entry ? entry.commitId : null;
  return {
    id,
    node_id: nodeId('IssueEvent', id),
    url: `${api}/issues/events/${id}`,
    actor: simpleUser(github, actor),
    event,
    commit_id: commitId,
    commit_url: commitId && `${api}/commits/${commitId}`,
    created_at: instant(at),
    performed_via_github_app: null,
    ...detail(github, repository, entry),
  };
}

function detail(github: GitHub, repository: Repository, entry: TimelineEntry): object {
  switch (entry.event) {
    case 'labeled':
    case 'unlabeled':
      return { label: { name: entry.label.name, color: entry.label.color } };
    case 'review_requested':
    case 'review_request_removed':
      return {
        review_requester: simpleUser(github, entry.actor),
        ...('login' in entry.reviewer
          ? { requested_reviewer: simpleUser(github, entry.reviewer) }
          : { requested_team: simpleTeam(github, repository.owner, entry.reviewer) }),
      };
    case 'renamed':
      return { rename: entry.rename };
    case 'head_ref_force_pushed':
    case 'merged':
    case 'closed':
    case 'reopened':
    case 'base_ref_changed':
    case 'automatic_base_change_succeeded':
    case 'ready_for_review':
    case 'convert_to_draft':
    case 'auto_merge_enabled':
    case 'auto_merge_disabled':
    case 'added_to_merge_queue':
    case 'removed_from_merge_queue':
    default:
      return {};
  }
}
