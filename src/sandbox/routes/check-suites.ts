import { Hono, type Context } from 'hono';
import { rerequestSuite } from '../actions/check-suites.ts';
import type { CheckSuite } from '../model/check.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { fullSuite } from '../payloads/check-suite.ts';
import { NOT_ACCESSIBLE, repositoryOf } from './access.ts';
import { listedRuns } from './checks.ts';
import { resolve } from './commits.ts';
import { param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['checks:read'] } as const;
const RERUN = { app: ['checks:write'], person: 'write' } as const;

/** Check suites: one for each app on a commit, made by GitHub itself. */
export function checkSuiteRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo';

  routes.get(`${base}/commits/:ref/check-suites`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const sha = await resolve(repository, param(c, 'ref'));
    if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${param(c, 'ref')}`);
    const { app_id: appId, check_name: name } = c.req.query();
    const suites = repository.checkSuites.filter(
      (suite) =>
        suite.headSha === sha &&
        (appId === undefined || suite.app.id === Number(appId)) &&
        (name === undefined || repository.checkRuns.some((run) => run.suite === suite && run.name === name)),
    );
    const shown = await Promise.all(
      paged(c, github, suites).map((suite) => fullSuite(github, repository, suite)),
    );
    return c.json({ total_count: suites.length, check_suites: shown });
  });
  routes.get(`${base}/check-suites/:id`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(await fullSuite(github, repository, suiteById(c, repository)));
  });
  routes.get(`${base}/check-suites/:id/check-runs`, (c) => {
    const repository = repositoryOf(c, github, READ);
    const suite = suiteById(c, repository);
    return listedRuns(c, github, repository, suite.headSha, (run) => run.suite === suite);
  });
  routes.post(`${base}/check-suites/:id/rerequest`, async (c) => {
    const repository = repositoryOf(c, github, RERUN);
    const suite = suiteById(c, repository);
    const performer = performerOf(c);
    if (performer.app && suite.app !== performer.app) throw new Refusal(403, NOT_ACCESSIBLE);
    await rerequestSuite(github, repository, performer, suite);
    return c.json({}, 201);
  });
  return routes;
}

function suiteById(c: Context<Env>, { checkSuites }: Repository): CheckSuite {
  const suite = checkSuites.find(({ id }) => id === Number(param(c, 'id')));
  if (!suite) throw notFound();
  return suite;
}
