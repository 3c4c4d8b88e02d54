import type { Invitation, Organization, Team, User } from './account.ts';
import type { App } from './app.ts';
import type { Installation } from './installation.ts';
import type { CheckRun, CheckSuite } from './check.ts';
import type { IssueComment } from './comment.ts';
import type { MergeGroup, RemovalReason } from './merge-queue.ts';
import type { Label, Pull } from './pull.ts';
import type { Repository } from './repository.ts';
import type { Ruleset } from './ruleset.ts';
import type { Status } from './status.ts';
import type { Review } from './review.ts';

interface InRepository {
  repository: Repository;
  sender: User;
}

type PullEvent = InRepository & { event: 'pull_request'; pull: Pull } & (
    | { action: 'opened' | 'closed' | 'reopened' }
    | { action: 'ready_for_review' | 'converted_to_draft' | 'enqueued' | 'auto_merge_enabled' }
    | { action: 'auto_merge_disabled'; reason: string }
    | { action: 'dequeued'; reason: RemovalReason }
    | { action: 'edited'; changes: Record<string, unknown>; automatic?: true }
    | { action: 'synchronize'; before: string; after: string; forced: boolean }
    | { action: 'review_requested' | 'review_request_removed'; reviewer: User | Team }
    | { action: 'labeled' | 'unlabeled'; label: Label }
  );

/** Something that happened, for whoever subscribed to it. */
export type GitHubEvent =
  | PullEvent
  | (InRepository & {
      event: 'push';
      ref: string;
      before: string;
      after: string;
      forced: boolean;
    })
  | (InRepository & {
      event: 'pull_request_review';
      action: 'submitted' | 'dismissed';
      pull: Pull;
      review: Review;
    })
  | (InRepository & {
      event: 'check_run';
      action: 'created' | 'completed' | 'rerequested';
      run: CheckRun;
    })
  | (InRepository & {
      event: 'check_run';
      action: 'requested_action';
      run: CheckRun;
      /** Of the action that was clicked. */
      identifier: string;
    })
  | (InRepository & {
      event: 'check_suite';
      action: 'requested' | 'rerequested' | 'completed';
      suite: CheckSuite;
    })
  | (InRepository & {
      event: 'issue_comment';
      action: 'created' | 'edited' | 'deleted';
      pull: Pull;
      comment: IssueComment;
      changes?: Record<string, unknown>;
    })
  | (InRepository & { event: 'merge_group'; group: MergeGroup; branch: string } & (
        | { action: 'checks_requested' }
        | { action: 'destroyed'; reason: 'merged' | 'invalidated' | 'dequeued' }
      ))
  | (InRepository & { event: 'status'; status: Status })
  | (InRepository & { event: 'fork'; forkee: Repository })
  | (InRepository & { event: 'repository_ruleset'; ruleset: Ruleset } & (
        | { action: 'created' | 'deleted' }
        | { action: 'edited'; changes: Record<string, unknown> }
      ))
  | {
      event: 'membership';
      action: 'added' | 'removed';
      organization: Organization;
      sender: User;
      team: Team;
      member: User;
    }
  | {
      event: 'organization';
      action: 'member_added' | 'member_removed';
      organization: Organization;
      sender: User;
      member: User;
      role: 'admin' | 'member';
    }
  | {
      event: 'organization';
      action: 'member_invited';
      organization: Organization;
      sender: User;
      invitation: Invitation;
    }
  | { event: 'installation'; action: 'created'; app: App; installation: Installation; sender: User };
