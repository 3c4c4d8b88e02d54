import type { GitHubEvent } from '../model/event.ts';
import type { GitHub } from '../model/github.ts';
import { simpleTeam, simpleUser } from '../payloads/account.ts';
import { fullPull, labelPayload, pullWithCounts } from '../payloads/pull.ts';
import type { PulledBody } from './descriptions.ts';

type PullEvent = Extract<GitHubEvent, { event: 'pull_request' }>;

/** The body of a `pull_request` webhook. */
export async function pullPayload(github: GitHub, event: PullEvent): Promise<PulledBody> {
  const { repository, pull, action } = event;
  // Nobody has tried the merge yet when a head is new.
  const untried = action === 'opened' || action === 'synchronize';
  const describe = untried ? pullWithCounts : fullPull;
  return {
    number: pull.number,
    pull_request: await describe(github, repository, pull),
    ...detail(github, event),
  };
}

function detail(github: GitHub, event: PullEvent): object {
  switch (event.action) {
    case 'edited':
      return { changes: event.changes };
    case 'synchronize':
      return { before: event.before, after: event.after };
    case 'dequeued':
    case 'auto_merge_disabled':
      return { reason: event.reason };
    case 'labeled':
    case 'unlabeled':
      return { label: labelPayload(github, event.repository, event.label) };
    case 'review_requested':
    case 'review_request_removed':
      return 'login' in event.reviewer
        ? { requested_reviewer: simpleUser(github, event.reviewer) }
        : { requested_team: simpleTeam(github, event.repository.owner, event.reviewer) };
    case 'ready_for_review':
    case 'converted_to_draft':
    case 'enqueued':
    case 'auto_merge_enabled':
    case 'opened':
    case 'closed':
    case 'reopened':
    default:
      return {};
  }
}
