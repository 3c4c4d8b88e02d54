import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks, ruled } from '../rulesets.ts';
import { path, receiver, repo, stage, type Stage } from '../world.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const begun = Date.parse('2026-11-23T10:00:00Z');

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let day = 0;
beforeAll(async () => {
  [it, hook] = await Promise.all([stage({}, () => new Date(begun + day * DAY_MS)), receiver()]);
  it.world.deliverTo(hook.url);
  await ruled(it, [checks({ required_status_checks: [{ context: 'ci', integration_id: it.world.app.id }] })]);
});
afterAll(async () => {
  await it.close();
  hook.close();
});

let count = 0;
async function opened() {
  count += 1;
  const [branch, files] = [`b${count}`, { [`f${count}`]: 'x' }];
  return it.world.person('mona').opensPullRequest({ title: 'x', branch, files });
}
const mergeable = async (pull_number: number) =>
  (await it.app.pulls.get({ ...repo, pull_number })).data.mergeable_state;

describe('a required check', () => {
  // docs.github.com/pull-requests, "About status checks": required checks must have a `successful`, `skipped` or `neutral` status
  test.each(['success', 'skipped', 'neutral'] as const)('is passed by %s', async (conclusion) => {
    const { number, head } = await opened();
    await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha, conclusion });
    expect(await mergeable(number)).toBe('clean');
    expect((await it.world.person('mona').merges(number)).status).toBe(200);
  });

  test.each([
    [{ status: 'queued' }, 'Required status check "ci" is queued.'],
    [{ status: 'in_progress' }, 'Required status check "ci" is in progress.'],
    [{ conclusion: 'failure' }, 'Required status check "ci" is failing.'],
    [{ conclusion: 'action_required' }, 'Required status check "ci" is failing.'],
    [{ conclusion: 'cancelled' }, 'Required status check "ci" is failing.'],
    [{ conclusion: 'timed_out' }, 'Required status check "ci" is failing.'],
  ])('is not passed by %o', async (state, reason) => {
    const { number, head } = await opened();
    await it.app.request(`POST ${path}/check-runs`, { name: 'ci', head_sha: head.sha, ...state });
    expect(await mergeable(number)).toBe('blocked');
    expect(await it.world.person('mona').merges(number)).toMatchObject({
      status: 405,
      data: { message: expect.stringContaining(reason) },
    });
  });
});

// docs.github.com/rest/checks/runs#create-a-check-run: `output` takes title and summary, both required
test.each([{ summary: 's' }, { title: 't' }])('an output with %o alone is refused', async (output) => {
  const { head } = await opened();
  await expect(
    it.app.request(`POST ${path}/check-runs`, { name: 'x', head_sha: head.sha, output }),
  ).rejects.toMatchObject({ status: 422 });
});

// docs.github.com/rest/guides, "Using the REST API to interact with checks": a check run belongs to a commit
test('a check run sits on a commit, and belongs to every pull request with that head', async () => {
  const { number, head } = await opened();
  const nick = it.world.person('nick');
  await nick.request('POST', `${path}/git/refs`, { ref: `refs/heads/${head.ref}-too`, sha: head.sha });
  const other = await nick.opensPullRequest({ title: 'y', branch: `${head.ref}-too` });
  const { data } = await it.app.checks.create({
    ...repo,
    name: 'ci',
    head_sha: head.sha,
    conclusion: 'success',
  });
  expect(data.pull_requests.map((pull) => pull?.number)).toEqual([number, other.number]);
  expect([await mergeable(number), await mergeable(other.number)]).toEqual(['clean', 'clean']);
  await it.world.person('mona').writesFiles(head.ref, { more: 'x' });
  expect([await mergeable(number), await mergeable(other.number)]).toEqual(['blocked', 'clean']);
});

// The same guide: incomplete for more than 14 days, a check run's conclusion becomes `stale`, which only GitHub can set.
// github.blog/changelog 2020-02-03: "When GitHub marks a check run as stale, a check run webhook event is triggered."
test('a check run goes stale when it was incomplete for 14 days, and passes nothing', async () => {
  const { number, head } = await opened();
  const { data: run } = await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha });
  const read = async () => (await it.app.checks.get({ ...repo, check_run_id: run.id })).data;
  day += 14;
  expect(await read()).toMatchObject({ status: 'queued', conclusion: null });
  day += 0.01;
  expect(await read()).toMatchObject({ status: 'completed', conclusion: 'stale' });
  expect(await mergeable(number)).toBe('blocked');
  await it.world.settled();
  const told = it.world.deliveries().findLast(({ event }) => event === 'check_run');
  expect(told).toMatchObject({
    event: 'check_run',
    action: 'completed',
    payload: { check_run: { id: run.id, conclusion: 'stale' } },
  });
  const stale = { check_run_id: run.id, conclusion: 'stale' };
  await expect(it.app.request(`PATCH ${path}/check-runs/${run.id}`, stale)).rejects.toMatchObject({
    status: 422,
  });
});

// docs.github.com/pull-requests, "About status checks": archived after 400 days, deleted 10 days later; what is required and archived must run again
test('a check run is archived after 400 days, counts no longer, and is gone 10 days later', async () => {
  const { number, head } = await opened();
  const { data: run } = await it.app.checks.create({
    ...repo,
    name: 'ci',
    head_sha: head.sha,
    conclusion: 'success',
  });
  const read = () => it.app.checks.get({ ...repo, check_run_id: run.id });
  day += 400;
  expect(await mergeable(number)).toBe('clean');
  day += 0.01;
  expect(await mergeable(number)).toBe('blocked');
  expect((await read()).data.conclusion).toBe('success');
  day += 10;
  await expect(read()).rejects.toMatchObject({ status: 404 });
});
