import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

// docs.github.com/rest/guides, "Using the REST API to interact with checks"
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

let count = 0;
async function opened() {
  count += 1;
  const [branch, files] = [`b${count}`, { [`f${count}`]: 'x' }];
  return it.world.person('mona').opensPullRequest({ title: 'x', branch, files });
}
const suites = async (ref: string) => (await it.app.checks.listSuitesForRef({ ...repo, ref })).data;
async function told(): Promise<unknown[]> {
  await it.world.settled();
  return it.world.deliveries().filter(({ event }) => event === 'check_suite');
}

test('a push makes one for each app that may write checks, and asks it', async () => {
  const { head, number } = await opened();
  const { total_count: total, check_suites: listed } = await suites(head.ref);
  expect(total).toBe(1);
  expect(listed[0]).toMatchObject({
    head_branch: head.ref,
    head_sha: head.sha,
    status: 'queued',
    conclusion: null,
    app: { id: it.world.app.id },
    repository: { full_name: 'acme/access' },
    head_commit: { id: head.sha, author: { name: 'Mona Lisa' } },
    latest_check_runs_count: 0,
    pull_requests: [{ number }],
  });
  expect((await told()).at(-1)).toMatchObject({
    action: 'requested',
    payload: { check_suite: { id: listed[0]?.id, head_sha: head.sha }, sender: { login: 'mona' } },
  });
});

test('what its runs come to is its conclusion, and it is told when the last has ended', async () => {
  const { head } = await opened();
  const run = (name: string) => it.app.checks.create({ ...repo, name, head_sha: head.sha });
  const ends = (check_run_id: number, conclusion: 'success' | 'neutral' | 'timed_out') =>
    it.app.checks.update({ ...repo, check_run_id, conclusion });
  const runs = [(await run('a')).data, (await run('b')).data, (await run('c')).data] as const;
  const suite_id = runs[0].check_suite?.id ?? 0;
  const suite = async () => (await it.app.checks.getSuite({ ...repo, check_suite_id: suite_id })).data;
  await ends(runs[0].id, 'neutral');
  await ends(runs[1].id, 'success');
  expect(await suite()).toMatchObject({
    status: 'in_progress',
    conclusion: null,
    latest_check_runs_count: 3,
  });
  const before = await told();
  await ends(runs[2].id, 'timed_out');
  expect(await suite()).toMatchObject({ status: 'completed', conclusion: 'timed_out' });
  expect((await told()).slice(before.length)).toMatchObject([
    { action: 'completed', payload: { check_suite: { conclusion: 'timed_out' } } },
  ]);
  const { data: ofSuite } = await it.app.checks.listForSuite({ ...repo, check_suite_id: suite_id });
  expect(ofSuite.check_runs.map(({ name }) => name)).toEqual(['c', 'b', 'a']);
});

test('asked to run anew it is queued again, and its app alone is told', async () => {
  await it.world.installApp({ ...seed.app, slug: 'watcher', webhookUrl: hook.url });
  const { head } = await opened();
  await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha, conclusion: 'success' });
  const suite = (await suites(head.sha)).check_suites.find(({ app }) => app?.id === it.world.app.id);
  const place = { ...repo, check_suite_id: Number(suite?.id) };
  const before = await told();
  const url = `${path}/check-suites/${place.check_suite_id}/rerequest`;
  expect((await it.world.person('bob').request('POST', url)).status).toBe(403);
  expect((await it.world.person('mona').request('POST', url)).status).toBe(201);
  expect((await told()).slice(before.length)).toMatchObject([
    {
      action: 'rerequested',
      payload: { sender: { login: 'mona' }, installation: { id: it.world.app.installationId } },
    },
  ]);
  expect((await it.app.checks.getSuite(place)).data).toMatchObject({ status: 'queued', conclusion: null });
  await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha, conclusion: 'success' });
  expect((await it.app.checks.getSuite(place)).data).toMatchObject({
    status: 'completed',
    conclusion: 'success',
  });
});

test('a run that is asked for again queues its suite, and stays as it is', async () => {
  const { head } = await opened();
  const { data: run } = await it.app.checks.create({
    ...repo,
    name: 'ci',
    head_sha: head.sha,
    conclusion: 'failure',
  });
  await it.app.checks.rerequestRun({ ...repo, check_run_id: run.id });
  expect((await it.app.checks.get({ ...repo, check_run_id: run.id })).data).toMatchObject({
    conclusion: 'failure',
  });
  const { data: suite } = await it.app.checks.getSuite({
    ...repo,
    check_suite_id: Number(run.check_suite?.id),
  });
  expect(suite.status).toBe('queued');
});

test('lists are filtered by app and by the name of a run', async () => {
  const { head } = await opened();
  await it.app.checks.create({ ...repo, name: 'ci', head_sha: head.sha });
  const total = async (filter: object) =>
    (await it.app.checks.listSuitesForRef({ ...repo, ref: head.sha, ...filter })).data.total_count;
  expect(await total({ app_id: it.world.app.id })).toBe(1);
  expect(await total({ app_id: 1 })).toBe(0);
  expect(await total({ check_name: 'ci' })).toBe(1);
  expect(await total({ check_name: 'other' })).toBe(0);
});
