import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checks, mergeQueue, pullRequest, ruled, type Json } from '../rulesets.ts';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let now: Date;
beforeEach(async () => {
  now = new Date('2026-11-23T10:00:00Z');
  const { app } = seed;
  const permissions = { ...app.permissions, merge_queues: 'read' } as const;
  const events = [...app.events, 'merge_group'];
  [it, hook] = await Promise.all([stage({ app: { ...app, permissions, events } }, () => now), receiver()]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

const mona = () => it.world.person('mona');
const boss = () => it.world.person('boss');
const queued = (parameters: Json = {}, more: Json = {}) =>
  ruled(
    it,
    [mergeQueue(parameters), checks({ required_status_checks: [{ context: 'access/policy' }] })],
    more,
  );

/** A pull request of one file, its check passed. */
async function ready(name: string, file = name): Promise<number> {
  const pull = await mona().opensPullRequest({ title: name, branch: name, files: { [file]: `${name}\n` } });
  await check(pull.head.sha, 'success');
  return pull.number;
}
async function check(sha: string, conclusion: 'success' | 'failure' | 'neutral'): Promise<void> {
  await it.app.checks.create({
    ...repo,
    name: 'access/policy',
    head_sha: sha,
    status: 'completed',
    conclusion,
  });
}
async function payloads(event: string, action: string): Promise<Json[]> {
  await it.world.settled();
  return it.world
    .deliveries()
    .flatMap((one) => (one.event === event && one.action === action ? [one.payload] : []));
}
/** The head of the group that a pull request is built into, by the last webhook that asked for its checks. */
async function groupOf(pull: number): Promise<string> {
  const groups = (await payloads('merge_group', 'checks_requested')).map(
    ({ merge_group: group }) => group as { head_ref: string; head_sha: string },
  );
  const group = groups.findLast(({ head_ref: ref }) => ref.includes(`/main/pr-${pull}-`));
  if (!group) throw new Error(`nobody asked for the checks of ${pull}`);
  return group.head_sha;
}
async function reasons(event: string, action: string) {
  return (await payloads(event, action)).map(({ reason }) => reason);
}
const tip = async () => (await it.world.git('rev-parse', 'main')).trim();
const pullJson = async (number: number) => (await it.app.pulls.get({ ...repo, pull_number: number })).data;

describe('a branch with a merge queue', () => {
  test('is merged into by its queue alone, unless somebody is let by', async () => {
    await queued(
      {},
      { bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }] },
    );
    const one = await ready('one');
    expect(await mona().merges(one)).toMatchObject({
      status: 405,
      data: { message: expect.stringContaining('Changes must be made through the merge queue') },
    });
    await expect(mona().writesFiles('main', { b: 'b\n' })).rejects.toThrow('through the merge queue');
    await mona().enqueues(one);
    expect(await mona().merges(one)).toMatchObject({
      status: 405,
      data: { message: 'Pull Request is in the merge queue' },
    });
    expect((await boss().merges(await ready('two'))).status).toBe(200);
  });

  test('builds the merge on a branch of its own, asks for its checks and lands it', async () => {
    await queued();
    const one = await ready('one');
    const before = await tip();
    expect(await mona().enqueues(one)).toMatchObject({ status: 200, data: { data: {} } });
    const [asked] = await payloads('merge_group', 'checks_requested');
    const head = await groupOf(one);
    const ref = `refs/heads/gh-readonly-queue/main/pr-${one}-${before}`;
    expect(asked).toMatchObject({
      merge_group: { head_sha: head, head_ref: ref, base_sha: before, base_ref: 'refs/heads/main' },
      sender: { login: 'github-merge-queue[bot]' },
    });
    expect((await it.world.git('rev-parse', ref)).trim()).toBe(head);
    expect((await it.world.git('log', '-1', '--format=%P', ref)).trim()).toBe(
      `${before} ${(await pullJson(one)).head.sha}`,
    );
    expect(await tip()).toBe(before);
    await check(head, 'neutral');
    expect(await tip()).toBe(head);
    expect(await pullJson(one)).toMatchObject({
      merged: true,
      merge_commit_sha: head,
      merged_by: { login: 'github-merge-queue[bot]' },
    });
    const { data } = await it.app.repos.listActivities({ ...repo, ref: 'main' });
    expect(data[0]).toMatchObject({ activity_type: 'merge_queue_merge', before, after: head });
    expect(await reasons('merge_group', 'destroyed')).toEqual(['merged']);
    expect(await reasons('pull_request', 'dequeued')).toEqual(['MERGE']);
    expect(await it.world.git('for-each-ref', 'refs/heads/gh-readonly-queue')).toBe('');
  });

  test('lands several pull requests in one push, each merged by its own commit', async () => {
    await queued({ min_entries_to_merge: 2 });
    const [one, two] = [await ready('one'), await ready('two')];
    await mona().enqueues(one);
    await mona().enqueues(two);
    const [first, second] = [await groupOf(one), await groupOf(two)];
    const before = await tip();
    await check(first, 'success');
    expect(await tip()).toBe(before);
    await check(second, 'success');
    expect(await tip()).toBe(second);
    expect((await it.world.git('log', '--first-parent', '--format=%H', '-3', 'main')).split('\n')).toEqual([
      second,
      first,
      before,
      '',
    ]);
    expect([(await pullJson(one)).merge_commit_sha, (await pullJson(two)).merge_commit_sha]).toEqual([
      first,
      second,
    ]);
    const pushes = it.world
      .deliveries()
      .filter(({ event, payload }) => event === 'push' && payload['ref'] === 'refs/heads/main');
    expect(pushes).toHaveLength(1);
    expect((await payloads('pull_request', 'closed')).map(({ number }) => number)).toEqual([one, two]);
  });

  test('lands fewer than its minimum once it has waited, and drops whoever never answers', async () => {
    await queued({ min_entries_to_merge: 2, check_response_timeout_minutes: 30 });
    const one = await ready('one');
    await mona().enqueues(one);
    await check(await groupOf(one), 'success');
    expect((await pullJson(one)).merged).toBe(false);
    now = new Date(now.getTime() + 5 * 60_000);
    const two = await ready('two');
    expect((await pullJson(one)).merged).toBe(true);
    await mona().enqueues(two);
    now = new Date(now.getTime() + 30 * 60_000);
    await mona().comments(two, 'Anybody there?');
    expect(await reasons('pull_request', 'dequeued')).toEqual(['MERGE', 'CI_TIMEOUT']);
  });

  test('drops what fails and builds those behind it anew', async () => {
    await queued();
    const [one, two] = [await ready('one'), await ready('two')];
    await mona().enqueues(one);
    await mona().enqueues(two);
    const stale = await groupOf(two);
    await check(await groupOf(one), 'failure');
    expect(await reasons('pull_request', 'dequeued')).toEqual(['CI_FAILURE']);
    expect(await reasons('merge_group', 'destroyed')).toEqual(['dequeued', 'invalidated']);
    const fresh = await groupOf(two);
    expect(fresh).not.toBe(stale);
    await check(fresh, 'success');
    expect([(await pullJson(one)).state, (await pullJson(two)).merged]).toEqual(['open', true]);
    expect(await it.world.git('ls-tree', '--name-only', 'main')).not.toContain('one');
  });

  test('with HEADGREEN lands all of a group where the last one passed', async () => {
    await queued({ grouping_strategy: 'HEADGREEN', min_entries_to_merge: 2, max_entries_to_merge: 2 });
    const [one, two] = [await ready('one'), await ready('two')];
    await mona().enqueues(one);
    await mona().enqueues(two);
    await check(await groupOf(one), 'failure');
    await check(await groupOf(two), 'success');
    expect([(await pullJson(one)).merged, (await pullJson(two)).merged]).toEqual([true, true]);
  });

  test('builds no more groups at a time than it may, squashes where told, lets administrators jump', async () => {
    await queued({ max_entries_to_build: 1, merge_method: 'SQUASH' });
    const [one, two, three] = [await ready('one'), await ready('two'), await ready('three')];
    await mona().enqueues(one);
    await mona().enqueues(two);
    expect((await mona().enqueues(three, { jump: true })).data.errors).toMatchObject([{ type: 'FORBIDDEN' }]);
    await boss().enqueues(three, { jump: true });
    await expect(groupOf(two)).rejects.toThrow('nobody asked');
    const head = await groupOf(three);
    await check(head, 'success');
    expect((await it.world.git('log', '-1', '--format=%P %an', head)).trim()).toMatch(/^\w{40} Mona Lisa$/);
    expect((await pullJson(three)).merged).toBe(true);
  });

  test('drops conflicts, new heads, closed ones, drafts and what lost its approval', async () => {
    await ruled(it, [
      mergeQueue(),
      pullRequest({ required_approving_review_count: 1 }),
      checks({ required_status_checks: [{ context: 'access/policy' }] }),
    ]);
    const lead = it.world.person('lead');
    const names = ['one', 'two', 'three', 'four', 'five'] as const;
    const pulls: number[] = [];
    for (const name of names) pulls.push(await ready(name, name === 'two' ? 'one' : name));
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = pulls;
    expect((await mona().enqueues(one)).data.errors).toMatchObject([
      {
        type: 'UNPROCESSABLE',
        path: ['enqueuePullRequest'],
        message: 'Pull request At least 1 approving review is required by reviewers with write access.',
      },
    ]);
    for (const pull of pulls) {
      await lead.approves(pull);
      await mona().enqueues(pull);
    }
    expect(await reasons('pull_request', 'dequeued')).toEqual(['MERGE_CONFLICT']);
    await mona().writesFiles('three', { three: 'changed\n' });
    await mona().closes(four);
    const { data: reviews } = await it.app.pulls.listReviews({ ...repo, pull_number: five });
    await boss().dismisses(five, reviews[0]?.id ?? 0, 'No');
    expect(await reasons('pull_request', 'dequeued')).toEqual([
      'MERGE_CONFLICT',
      'MANUAL',
      'MANUAL',
      'BRANCH_PROTECTIONS',
    ]);
    await mona().convertsToDraft(one);
    expect((await payloads('pull_request', 'dequeued')).map(({ number }) => number)).toEqual([
      two,
      three,
      four,
      five,
      one,
    ]);
  });

  test('takes nobody twice, gives back who asks, and keeps its branches to itself', async () => {
    await queued();
    const one = await ready('one');
    await mona().enqueues(one);
    expect((await mona().enqueues(one)).data.errors?.[0]?.message).toBe(
      'Pull request is already in the queue',
    );
    const branch = `gh-readonly-queue/main/pr-${one}-${await tip()}`;
    await expect(mona().writesFiles(branch, { c: 'c\n' })).rejects.toThrow(
      'Cannot update this protected ref.',
    );
    await mona().dequeues(one);
    expect(await reasons('merge_group', 'destroyed')).toEqual(['dequeued']);
    expect((await mona().dequeues(one)).data.errors?.[0]).toMatchObject({ type: 'UNPROCESSABLE' });
    const { data } = await it.app.issues.listEventsForTimeline({ ...repo, issue_number: one });
    expect(data.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['added_to_merge_queue', 'removed_from_merge_queue']),
    );
  });

  test('builds anew when somebody else moves the branch, and clears where the rule goes', async () => {
    const id = await queued(
      {},
      { bypass_actors: [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }] },
    );
    const one = await ready('one');
    await mona().enqueues(one);
    await boss().writesFiles('main', { d: 'd\n' });
    expect(await reasons('merge_group', 'destroyed')).toEqual(['invalidated']);
    expect((await payloads('merge_group', 'checks_requested'))[1]).toMatchObject({
      merge_group: { base_sha: await tip() },
    });
    await boss().request('DELETE', `${path}/rulesets/${id}`);
    expect(await reasons('pull_request', 'dequeued')).toEqual(['QUEUE_CLEARED']);
  });
});

test('only apps that may read merge queues hear of their groups', async () => {
  const { app } = seed;
  const other = await it.world.installApp({
    ...app,
    slug: 'deaf',
    events: ['merge_group'],
    webhookUrl: hook.url,
  });
  await queued();
  await mona().enqueues(await ready('one'));
  await it.world.settled();
  const targets = hook.received
    .filter(({ headers }) => headers['x-github-event'] === 'merge_group')
    .map(({ headers }) => headers['x-github-hook-installation-target-id']);
  expect(targets).toEqual([String(it.world.app.id)]);
  expect(targets).not.toContain(String(other.id));
});
