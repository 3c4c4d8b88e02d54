import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, Probot, ProbotOctokit } from 'probot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repo, stage, type Stage } from '../world.ts';

let it: Stage;
let server: Server;
let url: string;
beforeAll(async () => {
  it = await stage();
  const { id: appId, privateKey, webhookSecret: secret } = it.world.app;
  const probot = new Probot({
    appId,
    privateKey,
    secret,
    baseUrl: it.url,
    logLevel: 'fatal',
    Octokit: ProbotOctokit.defaults((options: object) => ({ ...options, throttle: { enabled: false } })),
  });
  const middleware = await createNodeMiddleware(greeter, { probot, webhooksPath: '/' });
  server = createServer((request, response) => void middleware(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  it.world.deliverTo(url);
});
afterAll(async () => {
  server.close();
  await it.close();
});

/** An app as its readme shows one: it greets who opens a pull request, and passes it. */
function greeter(app: Probot): void {
  app.on('pull_request.opened', async (context) => {
    const { user, head } = context.payload.pull_request;
    await context.octokit.rest.issues.createComment(context.issue({ body: `Hello ${user?.login}` }));
    await context.octokit.rest.checks.create(
      context.repo({ name: 'greeter', head_sha: head.sha, conclusion: 'success' }),
    );
  });
}

test('a Probot app verifies a webhook and answers by its own octokit', async () => {
  const { number, head } = await it.world
    .person('mona')
    .opensPullRequest({ title: 'x', branch: 'b', files: { x: 'x' } });
  await it.world.settled();
  const opened = it.world.deliveries().find(({ action }) => action === 'opened');
  expect(opened).toMatchObject({ event: 'pull_request', status: 200 });
  const { data: comments } = await it.app.issues.listComments({ ...repo, issue_number: number });
  expect(comments).toMatchObject([{ body: 'Hello mona', user: { login: 'countersign[bot]', type: 'Bot' } }]);
  const { data: checks } = await it.app.checks.listForRef({ ...repo, ref: head.sha });
  expect(checks.check_runs).toMatchObject([{ name: 'greeter', conclusion: 'success' }]);
});

test('what somebody else signed it refuses', async () => {
  const sent = it.world.deliveries().find(({ action }) => action === 'opened');
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'pull_request',
      'x-github-delivery': 'forged',
      'x-hub-signature-256': `sha256=${'0'.repeat(64)}`,
    },
    body: JSON.stringify(sent?.payload),
  });
  expect(response.status).toBe(400);
});
