import { checkRunsOn, type CheckRun, type CheckSuite, type Conclusion } from './check.ts';

/** Worst first: a suite says what its worst run says. The guide gives timed_out before success before neutral; the rest is not documented. */
const BY_PRIORITY: readonly Conclusion[] = [
  'failure',
  'timed_out',
  'cancelled',
  'action_required',
  'stale',
  'success',
  'neutral',
  'skipped',
];

/** The runs of a suite that count: the latest of each name. */
export function runsOf(repository: { checkRuns: readonly CheckRun[] }, suite: CheckSuite): CheckRun[] {
  return checkRunsOn(repository, suite.headSha, 'latest').filter((run) => run.suite === suite);
}

/** How a suite stands: queued until a run has begun, and again once it was asked to run anew. */
export function suiteState(
  repository: { checkRuns: readonly CheckRun[] },
  suite: CheckSuite,
): { status: 'queued' | 'in_progress' | 'completed'; conclusion: Conclusion | null } {
  const runs = runsOf(repository, suite);
  if (suite.rerequested || runs.every(({ status }) => status === 'queued'))
    return { status: 'queued', conclusion: null };
  if (runs.some(({ status }) => status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const conclusion = BY_PRIORITY.find((one) => runs.some((run) => run.conclusion === one));
  return { status: 'completed', conclusion: conclusion ?? null };
}
