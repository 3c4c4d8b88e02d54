import { randomBytes } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { grants, type App } from '../model/app.ts';
import type { Installation } from '../model/installation.ts';
import { organizationByLogin, repositoryByName, type GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { installationPayload, integration } from '../payloads/app.ts';
import { instant } from '../payloads/instant.ts';
import { repositoryPayload } from '../payloads/repository.ts';
import type { DeliveryQueue, DeliveryRecord } from '../webhooks/deliveries.ts';
import { bodyOf, param, type Env } from './context.ts';
import { paged, pagedByCursor } from './paging.ts';

const TOKEN_LIFE_MS = 60 * 60 * 1000;

const AccessTokenBody = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

/** What an app does as itself, with its JWT: installations, tokens and its webhook's deliveries. */
export function appRoutes(github: GitHub, queue: DeliveryQueue): Hono<Env> {
  const routes = new Hono<Env>();
  const installations = (app: App) => [...github.installations.values()].filter((one) => one.app === app);

  routes.get('/app', (c) => {
    const app = appOf(c);
    return c.json({ ...integration(github, app), installations_count: installations(app).length });
  });
  routes.get('/app/installations', (c) =>
    c.json(
      paged(c, github, installations(appOf(c))).map((installation) =>
        installationPayload(github, installation),
      ),
    ),
  );
  routes.get('/apps/:slug', (c) => {
    const app = [...github.apps.values()].find(({ slug }) => slug === param(c, 'slug'));
    if (!app) throw notFound();
    return c.json(integration(github, app));
  });
  const installationById = (c: Context<Env>): Installation => {
    const app = appOf(c);
    const installation = github.installations.get(Number(param(c, 'id')));
    if (installation?.app !== app) throw notFound();
    return installation;
  };
  routes.get('/app/installations/:id', (c) => c.json(installationPayload(github, installationById(c))));
  routes.post('/app/installations/:id/access_tokens', async (c) => {
    const installation = installationById(c);
    const body = await bodyOf(c, AccessTokenBody);
    return c.json(issueToken(github, installation, body), 201);
  });

  routes.get('/repos/:owner/:repo/installation', (c) => {
    const app = appOf(c);
    const repository = repositoryByName(github, param(c, 'owner'), param(c, 'repo'));
    const found = installations(app).find(
      ({ repositories }) => repository && repositories.includes(repository),
    );
    if (!found) throw notFound();
    return c.json(installationPayload(github, found));
  });
  routes.get('/orgs/:org/installation', (c) => {
    const app = appOf(c);
    const organization = organizationByLogin(github, param(c, 'org'));
    const found = installations(app).find(({ account }) => account === organization);
    if (!found) throw notFound();
    return c.json(installationPayload(github, found));
  });

  const deliveriesOf = (app: App) =>
    queue
      .records()
      .filter((record) => record.app === app)
      .toReversed();
  routes.get('/app/hook/deliveries', (c) => {
    const answered = deliveriesOf(appOf(c)).filter(({ status }) => status !== null);
    return c.json(pagedByCursor(c, github, answered, 'cursor').map(deliveryItem));
  });
  const deliveryById = (c: Context<Env>): DeliveryRecord => {
    const record = deliveriesOf(appOf(c)).find(({ number }) => number === Number(param(c, 'id')));
    if (!record) throw notFound();
    return record;
  };
  routes.get('/app/hook/deliveries/:id', (c) => {
    const record = deliveryById(c);
    return c.json({
      ...deliveryItem(record),
      url: record.url,
      request: { headers: record.requestHeaders, payload: record.payload },
      response: { headers: record.responseHeaders, payload: record.responseBody },
    });
  });
  routes.post('/app/hook/deliveries/:id/attempts', (c) => {
    queue.redeliver(deliveryById(c));
    return c.json({}, 202);
  });
  return routes;
}

function appOf(c: Context<Env>): App {
  const viewer = c.get('viewer');
  if (viewer.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded');
  return viewer.app;
}

/** Makes a token of one hour, for no more than the installation has. */
function issueToken(github: GitHub, installation: Installation, body: z.infer<typeof AccessTokenBody>) {
  const { app } = installation;
  for (const [name, access] of Object.entries(body.permissions ?? {}))
    if (!grants(app.permissions, name, access))
      throw new Refusal(422, 'The permissions requested are not granted to this installation.');
  const repositories = chosen(installation, body);
  const token = `ghs_${randomBytes(27).toString('base64url').replaceAll(/[-_]/g, '0')}`;
  const expiresAt = new Date(Date.now() + TOKEN_LIFE_MS);
  const permissions = { ...(body.permissions ?? app.permissions), metadata: 'read' as const };
  github.tokens.set(token, {
    kind: 'installation',
    installation,
    user: app.bot,
    token,
    permissions,
    repositories: repositories ?? installation.repositories,
    expiresAt,
  });
  return {
    token,
    expires_at: instant(expiresAt),
    permissions,
    repository_selection: 'selected',
    ...(repositories
      ? { repositories: repositories.map((repository) => repositoryPayload(github, repository)) }
      : {}),
  };
}

function chosen(installation: Installation, body: z.infer<typeof AccessTokenBody>): Repository[] | undefined {
  if (!body.repositories && !body.repository_ids) return undefined;
  const pick = (matches: (repository: Repository) => boolean): Repository => {
    const repository = installation.repositories.find(matches);
    if (!repository)
      throw new Refusal(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    return repository;
  };
  const byName = (body.repositories ?? []).map((name) => pick((repository) => repository.name === name));
  const byId = (body.repository_ids ?? []).map((id) => pick((repository) => repository.id === id));
  return [...new Set([...byName, ...byId])];
}

function deliveryItem(record: DeliveryRecord) {
  const status = record.status ?? 0;
  return {
    id: record.number,
    guid: record.id,
    delivered_at: record.deliveredAt.toISOString(),
    redelivery: record.redelivery,
    duration: record.duration,
    status: statusText(status),
    status_code: status,
    event: record.event,
    action: record.action,
    installation_id: record.installationId,
    repository_id: record.repositoryId,
    throttled_at: null,
  };
}

function statusText(status: number): string {
  if (status === 0) return 'failed to connect to host';
  return status < 300 ? 'OK' : `Invalid HTTP Response: ${status}`;
}
