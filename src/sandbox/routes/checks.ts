import { Hono, type Context } from 'hono';
import type { z } from 'zod';
import { createCheckRun, rerequestRun, updateCheckRun, type CheckRunInput } from '../actions/check-runs.ts';
import { checkRunsOn, type Annotation, type CheckRun } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { annotationPayload, checkRunPayload } from '../payloads/check.ts';
import { NOT_ACCESSIBLE, repositoryOf } from './access.ts';
import { checkRunBody, type AnnotationBody } from './check-bodies.ts';
import { resolve } from './commits.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['checks:read'] } as const;
const WRITE = { app: ['checks:write'], person: 'admin' } as const;

/** Check runs: made and updated by apps alone, each its own. */
export function checkRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo';
  const CheckRunBody = checkRunBody(github.limits);

  routes.post(`${base}/check-runs`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const { app } = performerOf(c);
    if (!app) throw new Refusal(403, 'You must authenticate via a GitHub App.');
    const body = await bodyOf(c, CheckRunBody.required({ name: true, head_sha: true }));
    const sha = await repository.git.commitSha(body.head_sha);
    if (sha !== body.head_sha) throw new Refusal(422, `No commit found for SHA: ${body.head_sha}`);
    const run = await createCheckRun(github, repository, app, sha, { ...inputOf(body), name: body.name });
    return c.json(checkRunPayload(github, repository, run), 201);
  });
  routes.patch(`${base}/check-runs/:id`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const run = runOf(c, repository);
    const { app } = performerOf(c);
    if (!app) throw new Refusal(403, 'You must authenticate via a GitHub App.');
    if (run.suite.app !== app)
      throw new Refusal(
        403,
        `Invalid app_id \`${run.suite.app.id}\` - check run can only be modified by the GitHub App that created it.`,
      );
    await updateCheckRun(github, repository, run, inputOf(await bodyOf(c, CheckRunBody)));
    return c.json(checkRunPayload(github, repository, run));
  });
  routes.get(`${base}/check-runs/:id`, (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(checkRunPayload(github, repository, runOf(c, repository)));
  });
  routes.get(`${base}/check-runs/:id/annotations`, (c) => {
    const repository = repositoryOf(c, github, READ);
    const run = runOf(c, repository);
    return c.json(
      paged(c, github, run.annotations).map((annotation) =>
        annotationPayload(github, repository, run, annotation),
      ),
    );
  });
  routes.post(`${base}/check-runs/:id/rerequest`, async (c) => {
    const repository = repositoryOf(c, github, { app: ['checks:write'], person: 'write' });
    const run = runOf(c, repository);
    const { user: sender, app } = performerOf(c);
    if (app && run.suite.app !== app) throw new Refusal(403, NOT_ACCESSIBLE);
    await rerequestRun(github, repository, sender, run);
    return c.json({}, 201);
  });
  routes.get(`${base}/commits/:ref/check-runs`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const sha = await resolve(repository, param(c, 'ref'));
    if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${param(c, 'ref')}`);
    return listedRuns(c, github, repository, sha);
  });
  return routes;
}

/** The runs on a commit that the query asks for, and that are wanted at all. */
export function listedRuns(
  c: Context<Env>,
  github: GitHub,
  repository: Repository,
  sha: string,
  wanted: (run: CheckRun) => boolean = () => true,
): Response {
  const { check_name: name, app_id: appId, status, filter } = c.req.query();
  const runs = checkRunsOn(repository, sha, filter === 'all' ? 'all' : 'latest').filter(
    (run) =>
      wanted(run) &&
      (name === undefined || run.name === name) &&
      (appId === undefined || run.suite.app.id === Number(appId)) &&
      (status === undefined || run.status === status),
  );
  return c.json({
    total_count: runs.length,
    check_runs: paged(c, github, runs).map((run) => checkRunPayload(github, repository, run)),
  });
}

function runOf(c: Context<Env>, repository: Repository): CheckRun {
  const run = [...repository.checkRuns, ...repository.archivedCheckRuns].find(
    ({ id }) => id === Number(param(c, 'id')),
  );
  if (!run) throw notFound();
  return run;
}

function inputOf(body: z.infer<ReturnType<typeof checkRunBody>>): CheckRunInput {
  if (body.status === 'completed' && body.conclusion === undefined)
    throw new Refusal(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.');
  const { output } = body;
  return {
    name: body.name,
    status: body.status,
    conclusion: body.conclusion,
    externalId: body.external_id,
    detailsUrl: body.details_url,
    actions: body.actions,
    startedAt: body.started_at,
    completedAt: body.completed_at,
    output: output && { ...output, annotations: output.annotations.map(annotationOf) },
  };
}

function annotationOf(body: z.infer<typeof AnnotationBody>): Annotation {
  return {
    path: body.path,
    startLine: body.start_line,
    endLine: body.end_line,
    startColumn: body.start_column ?? null,
    endColumn: body.end_column ?? null,
    level: body.annotation_level,
    message: body.message,
    title: body.title ?? null,
    rawDetails: body.raw_details ?? null,
  };
}
