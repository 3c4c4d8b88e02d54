import type { Annotation, CheckRun, Conclusion } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { integration } from './app.ts';
import { pullsAt } from './check-suite.ts';
import type { Annotation as AnnotationPayload, CheckRun as CheckRunPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
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
