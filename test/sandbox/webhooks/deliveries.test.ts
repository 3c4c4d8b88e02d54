import { verify } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { appWithoutChecks, path, receiver, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let answer = 200;
beforeEach(async () => {
  answer = 200;
  [it, hook] = await Promise.all([stage({ app: appWithoutChecks }), receiver(() => answer)]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

async function sent() {
  await it.world.settled();
  return it.world.deliveries().map(({ event, action }) => (action ? `${event}.${action}` : event));
}
async function payloads(name: string) {
  await sent();
  return it.world
    .deliveries()
    .flatMap(({ event, action, payload }) =>
      name === event || name === `${event}.${action}` ? [payload] : [],
    );
}
const mona = () => it.world.person('mona');
const ask = () => mona().opensPullRequest({ title: 'Ask', branch: 'ask', files: { a: 'a\n' } });

test('a webhook is signed and says what it is', async () => {
  await ask();
  await it.world.settled();
  const [first] = hook.received;
  const { app } = it.world;
  expect(first?.headers).toMatchObject({
    'content-type': 'application/json',
    'x-github-event': 'push',
    'x-github-delivery': it.world.deliveries()[0]?.id,
    'x-github-hook-id': expect.stringMatching(/^\d+$/),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(app.id),
    'user-agent': expect.stringMatching(/^GitHub-Hookshot\//),
  });
  const signature = String(first?.headers['x-hub-signature-256']);
  expect(await verify(app.webhookSecret, first?.body ?? '', signature)).toBe(true);
  expect(await verify('another', first?.body ?? '', signature)).toBe(false);
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    repository: { full_name: 'acme/access' },
    organization: { login: 'acme' },
    sender: { login: 'mona' },
    installation: { id: app.installationId },
  });
});

test('a push tells its commits, oldest first', async () => {
  const main = (await it.world.git('rev-parse', 'main')).trim();
  const { sha } = await mona().writesFiles('work', { a: 'a', [REQUESTS]: null }, 'One');
  const { sha: forced } = await mona().writesFiles('work', { b: 'b' }, 'Two', { forceFrom: 'main' });
  await mona().request('DELETE', `${path}/git/refs/heads/work`);
  const none = '0'.repeat(40);
  expect(await payloads('push')).toMatchObject([
    {
      ref: 'refs/heads/work',
      before: none,
      after: sha,
      created: true,
      forced: false,
      pusher: { name: 'mona' },
      commits: [
        {
          id: sha,
          message: 'One',
          added: ['a'],
          removed: [REQUESTS],
          modified: [],
          author: { username: 'mona' },
        },
      ],
      head_commit: { id: sha },
    },
    { before: sha, after: forced, forced: true, deleted: false, commits: [{ id: forced }] },
    { before: forced, after: none, deleted: true, head_commit: null, commits: [] },
  ]);
  expect(main).not.toBe(sha);
});

test('a pull request tells its life', async () => {
  const pull = await ask();
  const { sha } = await it.world.person('nick').writesFiles('ask', { b: 'b' });
  await it.world.person('boss').writesFiles('release', { r: 'r' });
  const url = `${path}/pulls/${pull.number}`;
  await mona().request('PATCH', url, { base: 'release', title: 'New' });
  await mona().closes(pull.number);
  await mona().request('PATCH', url, { state: 'open' });
  await it.app.issues.addLabels({ ...repo, issue_number: pull.number, labels: ['x'] });
  await mona().request('POST', `${url}/requested_reviewers`, { reviewers: ['lead'] });
  await it.world.person('lead').merges(pull.number);
  expect((await sent()).filter((name) => name !== 'push')).toEqual(
    ['opened', 'synchronize', 'edited', 'closed', 'reopened', 'labeled', 'review_requested', 'closed'].map(
      (action) => `pull_request.${action}`,
    ),
  );
  expect(await payloads('pull_request.opened')).toMatchObject([
    { number: 1, pull_request: { mergeable: null, head: { sha: pull.head.sha }, changed_files: 1 } },
  ]);
  expect(await payloads('pull_request.synchronize')).toMatchObject([
    { before: pull.head.sha, after: sha, sender: { login: 'nick' }, pull_request: { head: { sha } } },
  ]);
  expect(await payloads('pull_request.edited')).toMatchObject([
    {
      changes: { base: { ref: { from: 'main' } }, title: { from: 'Ask' } },
      pull_request: { base: { ref: 'release' } },
    },
  ]);
  expect(await payloads('pull_request.closed')).toMatchObject([
    { pull_request: { merged: false } },
    { pull_request: { merged: true, merged_by: { login: 'lead' } }, sender: { login: 'lead' } },
  ]);
});

test('reviews, comments and check runs are told, whoever made them', async () => {
  await it.close();
  it = await stage();
  it.world.deliverTo(hook.url);
  const { number, head } = await ask();
  const { data } = await it.world.person('lead').approves(number);
  await mona().dismisses(number, Number(data['id']), 'x');
  const { data: comment } = await it.app.issues.createComment({ ...repo, issue_number: number, body: 'x' });
  await it.app.issues.updateComment({ ...repo, comment_id: comment.id, body: 'y' });
  const { data: run } = await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha });
  await it.app.checks.update({ ...repo, check_run_id: run.id, conclusion: 'success' });
  await mona().request('POST', `${path}/check-runs/${run.id}/rerequest`);
  expect((await sent()).slice(3)).toEqual([
    'pull_request_review.submitted',
    'pull_request_review.dismissed',
    'issue_comment.created',
    'issue_comment.edited',
    'check_run.created',
    'check_run.completed',
    'check_suite.completed',
    'check_run.rerequested',
  ]);
  expect(await payloads('pull_request_review')).toMatchObject([
    { review: { state: 'approved', user: { login: 'lead' } }, sender: { login: 'lead' } },
    { review: { state: 'dismissed', user: { login: 'lead' } }, sender: { login: 'mona' } },
  ]);
  expect(await payloads('issue_comment.edited')).toMatchObject([
    { changes: { body: { from: 'x' } }, sender: { type: 'Bot' }, issue: { number, pull_request: {} } },
  ]);
  expect(await payloads('check_run.completed')).toMatchObject([
    { check_run: { name: 'ci', conclusion: 'success', check_suite: { head_sha: head.sha } } },
  ]);
});

test('teams and leavers are told', async () => {
  const boss = it.world.person('boss');
  await boss.request('PUT', '/orgs/acme/teams/data-owners/memberships/bob');
  await boss.request('DELETE', '/orgs/acme/teams/data-owners/memberships/bob');
  await boss.request('DELETE', '/orgs/acme/members/bob');
  expect(await sent()).toEqual(['membership.added', 'membership.removed', 'organization.member_removed']);
  expect(await payloads('membership.added')).toMatchObject([
    {
      scope: 'team',
      member: { login: 'bob' },
      team: { slug: 'data-owners' },
      organization: { login: 'acme' },
    },
  ]);
});

// docs.github.com/webhooks/webhook-events-and-payloads: apps that may write checks "are automatically subscribed" to both check webhooks
test('an app hears what it subscribed to, and of its own installation and checks always', async () => {
  const other = await stage({ app: { ...seed.app, events: ['push'], webhookUrl: hook.url } });
  try {
    await other.world.person('mona').opensPullRequest({ title: 'x', branch: 'b', files: { x: 'x' } });
    await other.world.settled();
    expect(other.world.deliveries().map(({ event }) => event)).toEqual([
      'installation',
      'push',
      'check_suite',
    ]);
  } finally {
    await other.close();
  }
});

test('a delivery is never tried again by itself, and again on request with its own GUID', async () => {
  answer = 500;
  await mona().writesFiles('work', { a: 'a' });
  await it.world.settled();
  expect(hook.received).toHaveLength(1);
  const { data: failed } = await it.appItself.apps.listWebhookDeliveries();
  expect(failed).toMatchObject([{ event: 'push', status_code: 500, redelivery: false }]);
  answer = 200;
  await it.appItself.apps.redeliverWebhookDelivery({ delivery_id: failed[0]?.id ?? 0 });
  await it.world.settled();
  const { data: both } = await it.appItself.apps.listWebhookDeliveries();
  expect(both).toMatchObject([
    { status_code: 200, redelivery: true, guid: failed[0]?.guid },
    { status_code: 500, redelivery: false },
  ]);
  expect(hook.received[1]?.body).toBe(hook.received[0]?.body);
  const { data: one } = await it.appItself.apps.getWebhookDelivery({ delivery_id: both[0]?.id ?? 0 });
  expect(one.response.payload).toBe('ok');
});

test('deliveries are paged by a cursor', async () => {
  for (const name of ['a', 'b', 'c']) await mona().writesFiles(name, { [name]: name });
  await it.world.settled();
  const first = await it.appItself.apps.listWebhookDeliveries({ per_page: 2 });
  expect(first.data).toHaveLength(2);
  expect(first.headers.link).toContain('cursor=');
  const all = await it.appItself.paginate(it.appItself.apps.listWebhookDeliveries, { per_page: 2 });
  expect(new Set(all.map(({ id }) => id)).size).toBe(3);
});

test('nobody at the address is a failure on the record', async () => {
  it.world.deliverTo('http://127.0.0.1:9/');
  await mona().writesFiles('work', { a: 'a' });
  await it.world.settled();
  expect(it.world.deliveries()).toMatchObject([{ status: 0 }]);
});
