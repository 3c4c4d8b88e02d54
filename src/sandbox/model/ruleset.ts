/** Rules for the refs that its conditions name, of which every active one holds. Parameters as GitHub's API has them. */
export interface Ruleset {
  id: number;
  name: string;
  target: 'branch' | 'tag';
  enforcement: 'active' | 'disabled';
  bypassActors: BypassActor[];
  conditions: { include: string[]; exclude: string[] };
  rules: Rule[];
  createdAt: Date;
  updatedAt: Date;
}

/** `pull_request`: let by only when it merges a pull request. */
export interface BypassActor {
  actor_id: number | null;
  actor_type: 'Integration' | 'OrganizationAdmin' | 'RepositoryRole' | 'Team' | 'User';
  bypass_mode: 'always' | 'pull_request';
}

export type Rule =
  | { type: 'creation' | 'deletion' | 'non_fast_forward' | 'required_linear_history' | 'required_signatures' }
  | { type: 'update'; parameters?: { update_allows_fetch_and_merge: boolean } }
  | { type: 'pull_request'; parameters: PullRequestRule }
  | { type: 'required_status_checks'; parameters: StatusChecksRule }
  | { type: 'merge_queue'; parameters: MergeQueueRule };

/** Minutes count by the story's clock. */
export interface MergeQueueRule {
  check_response_timeout_minutes: number;
  /** Whether each pull request's own merge must pass, or the last of those that land together is enough. */
  grouping_strategy: 'ALLGREEN' | 'HEADGREEN';
  /** How many groups wait for checks at a time. */
  max_entries_to_build: number;
  max_entries_to_merge: number;
  merge_method: 'MERGE' | 'SQUASH' | 'REBASE';
  min_entries_to_merge: number;
  /** After which fewer than the minimum land too. */
  min_entries_to_merge_wait_minutes: number;
}

export interface PullRequestRule {
  required_approving_review_count: number;
  dismiss_stale_reviews_on_push: boolean;
  require_code_owner_review: boolean;
  require_last_push_approval: boolean;
  required_review_thread_resolution: boolean;
  allowed_merge_methods?: ('merge' | 'squash' | 'rebase')[];
}

export interface StatusChecksRule {
  required_status_checks: { context: string; integration_id?: number }[];
  /** The head must contain the base's tip. */
  strict_required_status_checks_policy: boolean;
  do_not_enforce_on_create?: boolean;
}
