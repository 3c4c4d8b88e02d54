import type { Context } from 'probot';

/** Parts of the webhooks by GitHub's own description: the compiler holds the payloads to it. */
export type PushBody = Omit<Context<'push'>['payload'], 'sender' | 'organization' | 'installation'>;
export type PulledBody = Pick<Context<'pull_request.opened'>['payload'], 'number' | 'pull_request'>;
export type ReviewBody = Pick<Context<'pull_request_review.submitted'>['payload'], 'review' | 'pull_request'>;
export type CheckRunBody = Pick<Context<'check_run.completed'>['payload'], 'check_run'>;
/** Without the app: webhooks list the events that there are, the REST API any. */
export type CheckSuiteBody = {
  check_suite: Omit<Context<'check_suite.completed'>['payload']['check_suite'], 'app'> & { app: object };
};
export type CommentBody = Pick<Context<'issue_comment.created'>['payload'], 'issue' | 'comment'>;
export type RulesetBody = Pick<
  Context<'repository_ruleset.edited'>['payload'],
  'repository_ruleset' | 'changes'
>;
/** Without the commit: webhooks and the REST API describe it differently in what may be undefined. */
export type StatusBody = Omit<
  Context<'status'>['payload'],
  'sender' | 'organization' | 'installation' | 'repository' | 'commit'
> & { commit: object };
export type MergeGroupBody = Pick<Context<'merge_group.destroyed'>['payload'], 'merge_group' | 'reason'>;
export type MembershipBody = Pick<Context<'membership.added'>['payload'], 'scope' | 'member' | 'team'>;
export type LeavingBody = Pick<Context<'organization.member_removed'>['payload'], 'membership'>;
export type InvitedBody = Pick<Context<'organization.member_invited'>['payload'], 'invitation' | 'user'>;
export type InstallationBody = Pick<
  Context<'installation.created'>['payload'],
  'installation' | 'repositories' | 'requester'
>;
export type Surroundings = Pick<
  Context<'pull_request.opened'>['payload'],
  'repository' | 'organization' | 'sender'
>;
