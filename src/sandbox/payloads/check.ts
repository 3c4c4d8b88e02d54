import type { Annotation, CheckRun, CheckSuite, Conclusion } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { integration } from './app.ts';
import type { Annotation as AnnotationPayload, CheckRun as CheckRunPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { minimalPull } from './pull.ts';
import { apiUrl, pageUrl } from './repository.ts';

export function checkRunPayload(github: GitHub, repository: Repository, run: CheckRun) {
  const api = `${apiUrl(github, repository)}/check-runs/${run.id}`;
  const page = `${pageUrl(github, repository)}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CheckRun', run.id),
    head_sha: run.suite.headSha,
    external_id: run.externalId,
    url: api,
    html_url: page,
    details_url: run.detailsUrl || page,
    status: run.status,
    // The description leaves out `stale`, which the documentation names.
    conclusion: run.conclusion as Exclude<Conclusion, 'stale'> | null,
    started_at: instant(run.startedAt),
    completed_at: instant(run.completedAt),
    output: {
      ...run.output,
      annotations_count: run.annotations.length,
      annotations_url: `${api}/annotations`,
    },
    check_suite: { id: run.suite.id },
    app: integration(github, run.suite.app),
    pull_requests: pullsAt(github, repository, run.suite),
  } satisfies CheckRunPayload;
}

export function annotationPayload(
  github: GitHub,
  repository: Repository,
  run: CheckRun,
  annotation: Annotation,
): AnnotationPayload {
  return {
    path: annotation.path,
    blob_href: `${pageUrl(github, repository)}/blob/${run.suite.headSha}/${annotation.path}`,
    start_line: annotation.startLine,
    start_column: annotation.startColumn,
    end_line: annotation.endLine,
    end_column: annotation.endColumn,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

/** The suite as the check webhooks carry it. */
export function suitePayload(github: GitHub, repository: Repository, suite: CheckSuite) {
  const runs = repository.checkRuns.filter((run) => run.suite === suite);
  const completed = runs.length > 0 && runs.every(({ status }) => status === 'completed');
  const pull = pullsOf(repository).find(
    ({ head }) => head.repositoryId === repository.id && head.sha === suite.headSha,
  );
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: pull?.head.ref ?? null,
    head_sha: suite.headSha,
    status: completed ? ('completed' as const) : ('queued' as const),
    conclusion: completed ? suiteConclusion(runs) : null,
    url: `${apiUrl(github, repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headSha,
    pull_requests: pullsAt(github, repository, suite),
    app: integration(github, suite.app),
    created_at: instant(suite.createdAt),
    updated_at: instant(runs.at(-1)?.completedAt ?? suite.createdAt),
  };
}

function suiteConclusion(runs: readonly CheckRun[]): Conclusion {
  const bad = runs.find(({ conclusion }) => !['success', 'neutral', 'skipped'].includes(conclusion ?? ''));
  return bad?.conclusion ?? 'success';
}

/** Open pull requests whose head is the commit: checks sit on commits, and may belong to several. GitHub leaves out those from forks. */
function pullsAt(github: GitHub, repository: Repository, { headSha }: CheckSuite) {
  return pullsOf(repository)
    .filter(
      ({ state, head }) => state === 'open' && head.repositoryId === repository.id && head.sha === headSha,
    )
    .map((pull) => minimalPull(github, repository, pull));
}
