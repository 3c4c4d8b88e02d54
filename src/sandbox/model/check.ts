import type { App } from './app.ts';

export type Conclusion =
  | 'action_required'
  | 'cancelled'
  | 'failure'
  | 'neutral'
  | 'success'
  | 'skipped'
  | 'stale'
  | 'timed_out';

export interface Annotation {
  path: string;
  startLine: number;
  endLine: number;
  startColumn: number | null;
  endColumn: number | null;
  level: 'notice' | 'warning' | 'failure';
  message: string;
  title: string | null;
  rawDetails: string | null;
}

/** The check runs of one app on one commit. */
export interface CheckSuite {
  id: number;
  app: App;
  headSha: string;
  /** The branch whose push made it, and where that branch stood before. */
  headBranch: string | null;
  before: string | null;
  createdAt: Date;
  /** Asked to run anew, and no run has said anything since. */
  rerequested: boolean;
}

/** Sits on a commit, not on a pull request. */
export interface CheckRun {
  id: number;
  suite: CheckSuite;
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  externalId: string;
  detailsUrl: string;
  createdAt: Date;
  startedAt: Date;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: Annotation[];
  /** Buttons for people, told to the app when clicked. */
  actions: { label: string; description: string; identifier: string }[];
}

/** The check runs on a commit, newest first; `latest` leaves out those that a newer one of that name and app replaced. */
export function checkRunsOn(
  { checkRuns }: { checkRuns: readonly CheckRun[] },
  sha: string,
  filter: 'latest' | 'all',
): CheckRun[] {
  const all = checkRuns.filter(({ suite }) => suite.headSha === sha).toReversed();
  if (filter === 'all') return all;
  const latest = new Map(all.toReversed().map((run) => [`${run.suite.app.id} ${run.name}`, run]));
  return all.filter((run) => latest.get(`${run.suite.app.id} ${run.name}`) === run);
}
