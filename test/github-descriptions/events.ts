import type { GitHubEvent } from '../../src/sandbox/model/event.ts';

type NameOf<Event> = Event extends { event: infer Name extends string; action: infer Action extends string }
  ? `${Name}.${Action}`
  : Event extends { event: infer Name extends string }
    ? Name
    : never;

/** A webhook that the sandbox sends: `push`, `pull_request.opened`. */
export type WebhookName = NameOf<GitHubEvent>;

/** Every webhook that the sandbox sends; the compiler says when one is missing here. */
const sent: Record<WebhookName, true> = {
  push: true,
  'pull_request.opened': true,
  'pull_request.edited': true,
  'pull_request.synchronize': true,
  'pull_request.closed': true,
  'pull_request.reopened': true,
  'pull_request.review_requested': true,
  'pull_request.review_request_removed': true,
  'pull_request.labeled': true,
  'pull_request.unlabeled': true,
  'pull_request.ready_for_review': true,
  'pull_request.converted_to_draft': true,
  'pull_request.auto_merge_enabled': true,
  'pull_request.auto_merge_disabled': true,
  'pull_request.enqueued': true,
  'pull_request.dequeued': true,
  'pull_request_review.submitted': true,
  'pull_request_review.dismissed': true,
  'check_run.created': true,
  'check_run.completed': true,
  'check_run.rerequested': true,
  'check_run.requested_action': true,
  'check_suite.requested': true,
  'check_suite.rerequested': true,
  'check_suite.completed': true,
  'issue_comment.created': true,
  'issue_comment.edited': true,
  'issue_comment.deleted': true,
  'membership.added': true,
  'membership.removed': true,
  'organization.member_invited': true,
  'organization.member_added': true,
  'organization.member_removed': true,
  'installation.created': true,
  fork: true,
  status: true,
  'merge_group.checks_requested': true,
  'merge_group.destroyed': true,
  'repository_ruleset.created': true,
  'repository_ruleset.edited': true,
  'repository_ruleset.deleted': true,
};

export const sandboxWebhooks = Object.keys(sent) as WebhookName[];
