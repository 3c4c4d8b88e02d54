import type { Team, User } from './account.ts';
import type { Performer } from './app.ts';
import type { Review } from './review.ts';

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

/** One thing that happened to a pull request, beside its commits, reviews and comments. */
export type TimelineEntry = { id: number; actor: User; at: Date } & (
  | { event: 'head_ref_force_pushed'; commitId: string; before: string }
  | { event: 'merged'; commitId: string }
  | { event: 'closed' | 'reopened' | 'base_ref_changed' | 'automatic_base_change_succeeded' }
  | { event: 'ready_for_review' | 'convert_to_draft' | 'auto_merge_enabled' | 'auto_merge_disabled' }
  | { event: 'added_to_merge_queue' | 'removed_from_merge_queue' }
  | { event: 'labeled' | 'unlabeled'; label: Label }
  | { event: 'review_requested' | 'review_request_removed'; reviewer: User | Team }
  | { event: 'renamed'; rename: { from: string; to: string } }
);

/** What somebody asked GitHub to do as soon as it may be done. */
export interface AutoMerge {
  /** Counts up over everything, as the id of a push does. */
  id: number;
  by: Performer;
  at: Date;
  method: 'merge' | 'squash' | 'rebase';
  title?: string | undefined;
  message?: string | undefined;
}

export interface Pull {
  id: number;
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  draft: boolean;
  author: User;
  /** `sha` is the tip when the pull request was opened, pushed or retargeted last: it goes stale, as on GitHub. */
  base: { ref: string; sha: string };
  head: { ref: string; sha: string; repositoryId: number };
  /** The push that made the head what it is; its id counts up over everything, as a review's does. */
  pushed: { id: number; by: User };
  /** Whether those who may write the base may push to a fork's head. */
  maintainerCanModify: boolean;
  createdAt: Date;
  updatedAt: Date;
  closedAt: Date | null;
  /** Merged by GitHub once nothing stands against it any more. */
  autoMerge: AutoMerge | null;
  merged: { at: Date; by: User; sha: string } | null;
  requestedReviewers: User[];
  requestedTeams: Team[];
  labels: Label[];
  /** Oldest first. */
  timeline: TimelineEntry[];
  /** Oldest first. */
  reviews: Review[];
}
