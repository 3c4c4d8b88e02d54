/** Accounts by login, teams and apps by slug. */
export interface Actors {
  users?: readonly string[];
  teams?: readonly string[];
  apps?: readonly string[];
}

/** What a protected branch asks for; force-pushes and deletion are refused unless allowed here, as on GitHub. */
export interface Protection {
  /** Only through a pull request; asked for by any of the review rules too. */
  requirePullRequest?: boolean;
  requiredApprovals?: number;
  requireCodeOwnerReviews?: boolean;
  /** A push to the head dismisses the approvals before it. */
  dismissStaleReviews?: boolean;
  /** Satisfied by the latest run of that name (by that app, where given) with success, neutral or skipped. */
  requiredChecks?: readonly { context: string; appId?: number }[];
  /** The head must contain the base's tip. */
  requireUpToDate?: boolean;
  /** Who may push and merge at all; absent: everybody who may write. */
  pushers?: Actors;
  /** Whom the rules about pull requests, reviews, checks and pushers do not hold. */
  bypass?: Actors & { admins?: boolean };
  allowForcePushes?: boolean;
  allowDeletions?: boolean;
}
