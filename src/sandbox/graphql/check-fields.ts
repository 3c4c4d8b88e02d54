import type { App } from '../model/app.ts';
import type { CheckSuite } from '../model/check.ts';
import { demandsOn } from '../model/demands.ts';
import type { Repository } from '../model/repository.ts';
import { checkRunsOn, type CheckRun } from '../model/check.ts';
import { latestStatuses, type Status } from '../model/status.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { mayRead, refused, unheeded, type Asker } from './asker.ts';
import { connection, type Page } from './connection.ts';
import { pullOf } from './nodes.ts';
import { actorSource, type ObjectSource } from './sources.ts';

interface OfPull {
  pullRequestId?: string | null;
  pullRequestNumber?: number | null;
}

/** All that checks and statuses say of a commit, in one word and one by one; null where nothing was said. */
export function rollupOf({ repository, sha }: ObjectSource, asker: Asker) {
  mayRead(asker, repository, 'checks');
  mayRead(asker, repository, 'statuses');
  const runs = checkRunsOn(repository, sha, 'latest');
  const statuses = latestStatuses(repository.statuses, sha);
  const contexts = [
    ...runs.map((run) => runContext(repository, run)),
    ...statuses.map((status) => statusContext(repository, status)),
  ];
  if (contexts.length === 0) return null;
  return {
    id: nodeId('StatusCheckRollup', `${repository.id}:${sha}`),
    state: combined([...runs.map(runState), ...statuses.map(({ state }) => state)]),
    contexts: (page: Page) => connection('contexts', contexts, page, (context) => context),
  };
}

export function runContext(repository: Repository, run: CheckRun) {
  return {
    __typename: 'CheckRun',
    id: nodeId('CheckRun', run.id),
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    detailsUrl: run.detailsUrl === '' ? null : run.detailsUrl,
    startedAt: instant(run.startedAt),
    completedAt: instant(run.completedAt),
    isRequired: requiredBy(repository, run.name, run.suite.app),
    // No run here is one of GitHub Actions.
    checkSuite: suiteSource(repository, run.suite),
  };
}

/** The suites on a commit: one for each app that has anything to say there. */
export function suitesOf(
  { repository, sha }: ObjectSource,
  { filterBy, ...page }: Page & { filterBy?: { appId?: number | null; checkName?: string | null } | null },
  asker: Asker,
) {
  mayRead(asker, repository, 'checks');
  unheeded(filterBy ?? {}, 'checkName');
  const appId = filterBy?.appId ?? undefined;
  const suites = repository.checkSuites.filter(
    (suite) => suite.headSha === sha && (appId === undefined || suite.app.id === appId),
  );
  return connection('checkSuites', suites, page, (suite) => suiteSource(repository, suite));
}

function suiteSource(repository: Repository, suite: CheckSuite) {
  return {
    id: nodeId('CheckSuite', suite.id),
    databaseId: suite.id,
    workflowRun: null,
    checkRuns: ({ filterBy, ...page }: Page & { filterBy?: object | null }) => {
      unheeded({ filterBy }, 'filterBy');
      const runs = checkRunsOn(repository, suite.headSha, 'all').filter((run) => run.suite === suite);
      return connection('checkRuns', runs, page, (run) => runContext(repository, run));
    },
  };
}

function statusContext(repository: Repository, status: Status) {
  return {
    __typename: 'StatusContext',
    id: nodeId('StatusContext', status.id),
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: instant(status.createdAt),
    creator: actorSource(status.creator),
    isRequired: requiredBy(repository, status.context, status.app),
  };
}

/** Whether the base of the pull request that the field names requires a check of this name, by this app. */
function requiredBy(repository: Repository, name: string, app: App | null) {
  return ({ pullRequestId: id, pullRequestNumber: number }: OfPull, asker: Asker): boolean => {
    const pull = id ? pullOf(asker, id).pull : repository.pulls.get(number ?? 0);
    if (!pull) throw refused('UNPROCESSABLE', 'Either pullRequestId or pullRequestNumber must be given.');
    return demandsOn(repository, `refs/heads/${pull.base.ref}`).some(({ checks }) =>
      checks.some(({ context, appId }) => context === name && (appId === undefined || appId === app?.id)),
    );
  };
}

function runState({ conclusion }: CheckRun): Status['state'] {
  if (conclusion === null) return 'pending';
  return ['success', 'neutral', 'skipped'].includes(conclusion) ? 'success' : 'failure';
}

function combined(states: readonly Status['state'][]): string {
  if (states.includes('failure')) return 'FAILURE';
  if (states.includes('error')) return 'ERROR';
  return states.includes('pending') ? 'PENDING' : 'SUCCESS';
}
