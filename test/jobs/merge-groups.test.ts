import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateGroup, sweep, type Task } from '../../src/jobs/tasks.ts';
import type { PullJson } from '../../src/sandbox/start.ts';
import { resourcesWith } from '../attacks/attack.ts';
import { checks, mergeQueue } from '../sandbox/rulesets.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

/** Two or more land in one push; one alone waits five minutes for another. */
const queueRules = (appId: number) => [
  mergeQueue({ min_entries_to_merge: 2 }),
  checks({
    required_status_checks: ['access/policy', 'access/approval'].map((context) => ({
      context,
      integration_id: appId,
    })),
  }),
];

let acme: Acme;
let emergencies: readonly [string, string];
beforeAll(async () => {
  acme = await openAcme({ resources: 6 });
  const inEmergency = ['emergency: { requesters: ["@acme/on-call"], max_duration: 2h, review_within: 30m }'];
  emergencies = await resourcesWith(acme, inEmergency, inEmergency);
  acme.world.protect('main', {});
  const { status, data } = await acme.world.person('grace').request('POST', '/repos/acme/access/rulesets', {
    name: 'queue',
    enforcement: 'active',
    conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
    rules: queueRules(acme.world.app.id),
  });
  if (status !== 201) throw new Error(`the ruleset was refused: ${JSON.stringify(data)}`);
});
afterAll(() => acme.close());

async function enqueues(...pulls: readonly PullJson[]): Promise<void> {
  for (const { number } of pulls) {
    const { data } = await acme.world.person('mona').enqueues(number);
    if (data.errors) throw new Error(`#${number} was refused: ${JSON.stringify(data.errors)}`);
  }
}

/** The check on the group that a pull request was built into last. */
async function onGroup({ number }: PullJson, name: 'access/policy' | 'access/approval') {
  const groups = acme.world
    .deliveries()
    .filter(({ event, action }) => event === 'merge_group' && action === 'checks_requested')
    .map(({ payload }) => payload['merge_group'] as { head_ref: string; head_sha: string });
  const sha = groups.findLast(({ head_ref: ref }) => ref.includes(`/main/pr-${number}-`))?.head_sha;
  return checkOn(`${sha}`, name);
}

async function checkOn(sha: string, name: 'access/policy' | 'access/approval') {
  const { data } = await acme.world
    .person('grace')
    .request('GET', `/repos/acme/access/commits/${sha}/check-runs?check_name=${name}`);
  const [run] = data['check_runs'] as { conclusion: string; output: { title: string; summary: string } }[];
  return { conclusion: run?.conclusion, ...run?.output };
}

const merged = async ({ number }: PullJson) => (await acme.pull(number)).merged;
/** Puts a commit where the queue would build a group for a pull request, and has it evaluated. */
async function builds(number: number, sha: string): Promise<void> {
  const branch = `gh-readonly-queue/main/pr-${number}-built`;
  await acme.world.git('update-ref', `refs/heads/${branch}`, sha);
  await send(evaluateGroup(acme.world.repository.id, branch));
  await acme.settled();
  await acme.world.git('update-ref', '-d', `refs/heads/${branch}`);
}

const send = (task: Task) => acme.app().parts.queue.send(acme.database.db, task);

test('lands what was approved, beside what asks for nothing, and grants it', async () => {
  const resource = acme.freshResource();
  const asked = await acme.asks({ resource });
  await acme.approves('ada', asked);
  const readme = await acme.proposes('nick', { 'README.md': 'Ask here.\n' });
  await enqueues(asked, readme);
  await acme.settled();
  expect([await merged(asked), await merged(readme)]).toEqual([true, true]);
  expect(await acme.holds('mona', resource)).toBe(true);
  expect(await onGroup(asked, 'access/approval')).toMatchObject({
    conclusion: 'success',
    title: `#${asked.number}: Approved by @ada`,
  });
  const both = await onGroup(readme, 'access/policy');
  expect(both.conclusion).toBe('success');
  expect(both.summary).toContain(`lands #${asked.number} and #${readme.number}`);

  await send(evaluateGroup(acme.world.repository.id, `gh-readonly-queue/main/pr-${asked.number}-gone`));
  await acme.settled();
  expect(await acme.app().parts.queue.failed()).toEqual([]);
});

test('keeps out what was approved no more, though its own check still says so', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  await acme.whileStopped(async () => {
    await acme.world.person('dora').reviews(pull.number, 'REQUEST_CHANGES', 'Not now');
    await enqueues(pull);
  });
  await send(sweep(acme.world.repository.id));
  await acme.settled();
  expect(await onGroup(pull, 'access/approval')).toMatchObject({
    conclusion: 'failure',
    title: `#${pull.number}: @dora requested changes`,
  });
  expect(await merged(pull)).toBe(false);
  expect(await acme.grants('mona', resource)).toEqual([]);
});

test('passes no group that holds more than its pull request brings, or whose pull request is not to be found', async () => {
  const [resource, slipped] = [acme.freshResource(), acme.freshResource()];
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  const file = fileOf({ resource: slipped });
  const { head } = await acme.pull(pull.number);
  const more = await acme.pushes(
    'nick',
    'more',
    { [file]: entries({ resource: slipped }) },
    { from: head.sha },
  );
  await builds(pull.number, more);
  for (const name of ['access/policy', 'access/approval'] as const) {
    const check = await checkOn(more, name);
    expect(check).toMatchObject({ conclusion: 'failure', title: 'Not what its pull requests bring' });
    expect(check.summary).toContain(`- \`${file}\``);
  }
  const lost = await acme.pushes('nick', 'lost', { 'README.md': 'Nothing to ask.\n' });
  await builds(999, lost);
  expect(await checkOn(lost, 'access/approval')).toMatchObject({
    conclusion: 'failure',
    summary: expect.stringContaining('no open pull request into main'),
  });
});

test('lands one of two emergencies, of which each is the only one by itself', async () => {
  const ask = (resource: string) => entries({ resource, emergency: true, duration: '1h' });
  const [first, second] = emergencies;
  const [lower, upper] = [
    await acme.proposes('mona', { [fileOf({ resource: first })]: ask(first) }),
    await acme.proposes('mona', { [fileOf({ resource: second })]: ask(second) }),
  ];
  for (const pull of [lower, upper]) expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
  await enqueues(lower, upper);
  await acme.settled();
  expect(await onGroup(lower, 'access/policy')).toMatchObject({ conclusion: 'success' });
  const together = await onGroup(upper, 'access/policy');
  expect(together.conclusion).toBe('failure');
  expect(together.summary).toContain('there is one at a time');
  expect([await merged(lower), await merged(upper)]).toEqual([false, false]);

  await acme.later(6);
  await acme.pushes('mona', 'elsewhere', { 'README.md': 'later\n' });
  expect([await merged(lower), await merged(upper)]).toEqual([true, false]);
  expect([await acme.holds('mona', first), await acme.holds('mona', second)]).toEqual([true, false]);
});
