/** How a pull request is merged. */
export interface MergeOptions {
  method: 'merge' | 'squash' | 'rebase';
  /** What the head must be. */
  sha?: string | undefined;
  title?: string | undefined;
  message?: string | undefined;
}
