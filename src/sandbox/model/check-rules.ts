import type { App } from './app.ts';
import { checkRunsOn, type CheckRun } from './check.ts';
import { demandsOn, type Demands } from './demands.ts';
import type { Repository } from './repository.ts';
import { latestStatuses, type Status } from './status.ts';

/** A required check that has not passed, and how it stands in GitHub's words. */
interface Unmet {
  context: string;
  state: string;
}

/** What the required checks of a branch still leave to ask for on a commit. */
export function unmetChecks(repository: Repository, demands: Demands, sha: string): string[] {
  const states = unmetOn(repository, demands, sha);
  const [only, another] = states;
  if (!only) return [];
  if (!another) return [`Required status check "${only.context}" ${only.state}.`];
  const state = states.every((one) => one.state === only.state)
    ? only.state.replace(/^is/, 'are')
    : 'have not succeeded';
  return [`${states.length} of ${demands.checks.length} required status checks ${state}.`];
}

/** How all the required checks of a branch stand on a commit: one that failed outweighs those still awaited. */
export function requiredChecks(
  repository: Repository,
  branch: string,
  sha: string,
): 'passed' | 'pending' | 'failed' {
  const unmet = demandsOn(repository, `refs/heads/${branch}`).flatMap((demands) =>
    unmetOn(repository, demands, sha),
  );
  if (unmet.length === 0) return 'passed';
  return unmet.some(({ state }) => state === 'is failing') ? 'failed' : 'pending';
}

/** A check run and a status of one name must both pass. */
function unmetOn(repository: Repository, { checks }: Demands, sha: string): Unmet[] {
  const runs = checkRunsOn(repository, sha, 'latest');
  const statuses = latestStatuses(repository.statuses, sha);
  return checks.flatMap(({ context, appId }) => {
    const byApp = (app: App | null) => appId === undefined || app?.id === appId;
    const run = runs.find(({ name, suite }) => name === context && byApp(suite.app));
    const status = statuses.find((one) => one.context === context && byApp(one.app));
    if (!run && !status) return [{ context, state: 'is expected' }];
    const state = (run && runState(run)) ?? (status && statusState(status));
    return state === undefined ? [] : [{ context, state }];
  });
}

function runState({ status, conclusion }: CheckRun): string | undefined {
  if (status !== 'completed') return status === 'queued' ? 'is queued' : 'is in progress';
  return ['success', 'neutral', 'skipped'].includes(conclusion ?? '') ? undefined : 'is failing';
}

function statusState({ state }: Status): string | undefined {
  if (state === 'success') return undefined;
  return state === 'pending' ? 'is pending' : 'is failing';
}
