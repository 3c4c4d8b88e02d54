import { randomUUID } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { ageChecks } from '../actions/check-ages.ts';
import type { Faults } from '../model/faults.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { isForPage, site } from '../pages/site.ts';
import type { DeliveryQueue } from '../webhooks/deliveries.ts';
import { activityRoutes } from './activity.ts';
import { appRoutes } from './app.ts';
import { authentication } from './authentication.ts';
import { branchRoutes } from './branches.ts';
import { checkSuiteRoutes } from './check-suites.ts';
import { checkRoutes } from './checks.ts';
import { codeOwnersRoutes } from './code-owners.ts';
import { commitRoutes } from './commits.ts';
import { conditional } from './conditional.ts';
import { contentRoutes } from './contents.ts';
import type { Env } from './context.ts';
import { documentationUrl } from './documentation.ts';
import { faulty } from './faults.ts';
import { forkRoutes } from './forks.ts';
import { gitRoutes } from './git.ts';
import { gitDataRoutes } from './git-data.ts';
import { graphqlRoutes } from './graphql.ts';
import { invitationRoutes } from './invitations.ts';
import { issueRoutes } from './issues.ts';
import { labelRoutes } from './labels.ts';
import { observed } from './observed.ts';
import { organizationRoutes } from './organizations.ts';
import { pullRoutes } from './pulls.ts';
import { rateLimit, type RateLimits } from './rate-limit.ts';
import { reactionRoutes } from './reactions.ts';
import { refRoutes } from './refs.ts';
import { repositoryRoutes } from './repositories.ts';
import { reviewRoutes } from './reviews.ts';
import { rulesetRoutes } from './rulesets.ts';
import { stackRoutes } from './stacks.ts';
import { statusRoutes } from './statuses.ts';
import { teamRoutes } from './teams.ts';
import { userRoutes } from './users.ts';

const API_VERSION = '2022-11-28';

/** Everything that answers HTTP: git, which knows neither rate limits nor versions, and GitHub's REST API over the model. */
export function httpServer(
  github: GitHub,
  queue: DeliveryQueue,
  faults: Faults,
  limits: RateLimits,
): Hono<Env> {
  const app = new Hono<Env>();
  const limiter = rateLimit(limits);
  const pages = site(github, (request, env) => app.fetch(request, env));
  app.use(async (c, next) =>
    isForPage(github, c.req.raw) ? await pages.fetch(c.req.raw, c.env) : await next(),
  );
  app.route('/', gitRoutes(github));
  app.use(async (c, next) => {
    c.header('x-github-request-id', randomUUID().replaceAll('-', '').toUpperCase().slice(0, 24));
    c.header('x-github-media-type', 'github.v3; format=json');
    c.header('x-github-api-version-selected', API_VERSION);
    const version = c.req.header('x-github-api-version') ?? API_VERSION;
    if (version !== API_VERSION)
      throw new Refusal(400, `The sandbox speaks version ${API_VERSION} of the API, not ${version}`);
    await next();
    // GitHub names the charset; clients read raw contents as text only then.
    if (c.res.headers.get('content-type') === 'application/json')
      c.res.headers.set('content-type', 'application/json; charset=utf-8');
  });
  app.use(observed);
  app.use(authentication(github));
  app.use(faulty(faults));
  app.route('/', limiter.routes);
  app.use(limiter.count);
  app.use(conditional());
  app.use(async (_, next) => {
    await ageChecks(github);
    await next();
  });
  app.use((c, next) => (c.req.method === 'GET' ? next() : github.exclusively(next)));
  for (const routes of restRoutes(github, queue)) app.route('/', routes);
  app.notFound((c) =>
    c.json(
      {
        message: `The sandbox has no such endpoint: ${c.req.method} ${c.req.path}`,
        documentation_url: 'docs/sandbox.md',
        status: '404',
      },
      404,
    ),
  );
  app.onError(answerRefusal);
  return app;
}

/** The REST API, family by family. */
export function restRoutes(github: GitHub, queue: DeliveryQueue): Hono<Env>[] {
  return [
    appRoutes(github, queue),
    userRoutes(github),
    organizationRoutes(github),
    invitationRoutes(github),
    teamRoutes(github),
    repositoryRoutes(github),
    forkRoutes(github),
    gitDataRoutes(github),
    refRoutes(github),
    branchRoutes(github),
    rulesetRoutes(github),
    commitRoutes(github),
    contentRoutes(github),
    activityRoutes(github),
    pullRoutes(github),
    reviewRoutes(github),
    issueRoutes(github),
    labelRoutes(github),
    codeOwnersRoutes(github),
    checkRoutes(github),
    checkSuiteRoutes(github),
    reactionRoutes(github),
    statusRoutes(github),
    stackRoutes(github),
    graphqlRoutes(github),
  ];
}

function answerRefusal(error: Error, c: Context<Env>): Response {
  if (!(error instanceof Refusal)) {
    console.error(error);
    return c.json({ message: 'Server Error', status: '500' }, 500);
  }
  return c.json(
    {
      message: error.message,
      ...(error.errors ? { errors: error.errors } : {}),
      documentation_url: error.documentation ?? documentationUrl(c),
      status: String(error.status),
    },
    error.status,
  );
}
