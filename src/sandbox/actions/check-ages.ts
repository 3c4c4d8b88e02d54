import type { CheckRun } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { tellCompleted } from './check-runs.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const STALE_AFTER_MS = 14 * DAY_MS;
const ARCHIVED_AFTER_MS = 400 * DAY_MS;
const DELETED_AFTER_MS = ARCHIVED_AFTER_MS + 10 * DAY_MS;

type Ageing = 'stale' | 'archived' | 'deleted';

/** What time alone does to check runs: an incomplete one goes stale, any is archived and deleted. It is done when somebody looks. */
export async function ageChecks(github: GitHub): Promise<void> {
  for (const repository of github.repositories.values()) {
    const { checkRuns, archivedCheckRuns: archived } = repository;
    const due = checkRuns.some((run) => dueOf(github, run));
    if (due || archived.some((run) => dueOf(github, run) === 'deleted'))
      await github.exclusively(() => ageRuns(github, repository));
  }
}

async function ageRuns(github: GitHub, repository: Repository): Promise<void> {
  const { checkRuns: runs, archivedCheckRuns: archived } = repository;
  for (const run of runs.filter((one) => dueOf(github, one) === 'stale')) {
    run.status = 'completed';
    run.conclusion = 'stale';
    run.completedAt = github.now();
    await tellCompleted(github, repository, run);
  }
  const kept = [...archived, ...runs].filter((run) => dueOf(github, run) !== 'deleted');
  const isOld = (run: CheckRun) => archived.includes(run) || dueOf(github, run) === 'archived';
  repository.archivedCheckRuns = kept.filter(isOld);
  repository.checkRuns = kept.filter((run) => !isOld(run));
}

function dueOf(github: GitHub, run: CheckRun): Ageing | undefined {
  const age = github.now().getTime() - run.createdAt.getTime();
  if (age > DELETED_AFTER_MS) return 'deleted';
  if (age > ARCHIVED_AFTER_MS) return 'archived';
  return age > STALE_AFTER_MS && run.status !== 'completed' ? 'stale' : undefined;
}
