import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, receiver, repo, REQUESTS, stage, type Stage } from './world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeAll(async () => {
  [it, hook] = await Promise.all([stage(), receiver()]);
  it.world.deliverTo(hook.url);
});
afterAll(async () => {
  await it.close();
  hook.close();
});

test('a request is asked for, checked, approved and merged', async () => {
  const { world, app } = it;
  const [mona, lead] = [world.person('mona'), world.person('lead')];
  world.protect('main', {
    requiredApprovals: 1,
    requireCodeOwnerReviews: true,
    requiredChecks: [{ context: 'access/policy', appId: world.app.id }],
  });
  const pull = await mona.opensPullRequest({
    title: 'Ask',
    branch: 'ask',
    files: { [REQUESTS]: 'requests: [one]\n' },
  });
  expect(await mona.approves(pull.number)).toMatchObject({
    status: 422,
    data: { message: 'Unprocessable Entity', errors: ['Can not approve your own pull request'] },
  });
  expect(await mona.merges(pull.number)).toMatchObject({
    status: 405,
    data: { message: expect.stringContaining('Required status check "access/policy" is expected.') },
  });
  await app.checks.create({
    ...repo,
    name: 'access/policy',
    head_sha: pull.head.sha,
    conclusion: 'success',
  });
  expect((await lead.approves(pull.number)).status).toBe(200);
  const merged = await mona.merges(pull.number, { sha: pull.head.sha });
  expect(merged).toMatchObject({ status: 200, data: { merged: true } });

  const { data } = await app.pulls.get({ ...repo, pull_number: pull.number });
  expect(data).toMatchObject({
    merged: true,
    merged_at: '2026-11-23T10:00:00Z',
    merged_by: { login: 'mona' },
    merge_commit_sha: merged.data['sha'],
  });
  expect(await world.git('show', `main:${REQUESTS}`)).toBe('requests: [one]\n');
  expect((await mona.request('GET', `${path}/git/ref/heads/main`)).data).toMatchObject({
    object: { sha: merged.data['sha'] },
  });
  await world.settled();
  expect(world.deliveries().map(({ event, action }) => (action ? `${event}.${action}` : event))).toEqual([
    'push',
    'check_suite.requested',
    'pull_request.opened',
    'pull_request.review_requested',
    'check_run.created',
    'check_run.completed',
    'check_suite.completed',
    'pull_request_review.submitted',
    'push',
    'check_suite.requested',
    'pull_request.closed',
  ]);
  expect(hook.received).toHaveLength(11);
});
