/** Where GitHub stops: how much it lists, takes, keeps or sends. */
export interface SizeLimits {
  /** Files of a pull request that are listed. */
  pullFiles: number;
  /** Commits of a pull request that are listed. */
  pullCommits: number;
  /** Files of a comparison. */
  comparedFiles: number;
  /** Commits of a comparison that is not paged. */
  comparedCommits: number;
  /** Files of a directory in the contents API. */
  directoryEntries: number;
  /** Entries of a tree, and bytes of them all, beyond which it is `truncated`. */
  treeEntries: number;
  treeBytes: number;
  /** Bytes of a file that come inside the JSON of the contents API. */
  inlineContent: number;
  /** Bytes of a blob that come at all. */
  blob: number;
  /** Annotations and buttons of a check run in one request. */
  annotations: number;
  checkActions: number;
  /** Characters of a check run's summary, and of its text. */
  checkText: number;
  /** Characters of a comment. */
  commentBody: number;
  /** Commits that a `push` webhook lists. */
  pushedCommits: number;
  /** Bytes of a webhook's body; a larger one is never sent. */
  webhook: number;
}

const MEGABYTE = 1024 * 1024;

/** GitHub's own, by its documentation. */
export const GITHUB_LIMITS: SizeLimits = {
  pullFiles: 3000,
  pullCommits: 250,
  comparedFiles: 300,
  comparedCommits: 250,
  directoryEntries: 1000,
  treeEntries: 100_000,
  treeBytes: 7 * MEGABYTE,
  inlineContent: MEGABYTE,
  blob: 100 * MEGABYTE,
  annotations: 50,
  checkActions: 3,
  checkText: 65_535,
  commentBody: 65_536,
  pushedCommits: 2048,
  webhook: 25 * MEGABYTE,
};
