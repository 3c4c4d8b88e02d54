import type { User } from './account.ts';

/** One line of a repository's activity log: a ref that moved, when and by whom, by GitHub's clock. */
export interface Activity {
  id: number;
  type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge' | 'merge_queue_merge';
  ref: string;
  before: string;
  after: string;
  actor: User;
  timestamp: Date;
}

/** Stands for "no commit" where a branch is made or deleted. */
export const NO_COMMIT = '0'.repeat(40);
