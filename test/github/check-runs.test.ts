import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { digestShown, publishChecks, readRuns } from '../../src/github/check-runs.ts';
import type { RequestsRepository } from '../../src/github/requests-repository.ts';
import { checkText, type Annotation, type CheckText } from '../../src/messages/check-text.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let sha: string;
let commits = 0;
beforeAll(async () => {
  stage = await openStage();
});
beforeEach(async () => {
  const files = { n: `${(commits += 1)}` };
  ({ sha } = await stage.world.person('mona').writesFiles('checked', files));
  stage.traffic.forget();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const policy = (content: Partial<CheckText>) =>
  checkText({
    name: 'access/policy',
    conclusion: 'success',
    title: 'Allowed',
    summary: 'What would be granted',
    text: 'More of it',
    annotations: [],
    ...content,
  });

const annotations = (count: number): Annotation[] =>
  Array.from({ length: count }, (_, index) => ({
    path: 'access-requests.yaml',
    start_line: index + 1,
    end_line: index + 1,
    start_column: 3,
    end_column: 3,
    annotation_level: 'failure',
    title: 'duration-too-long',
    message: `Line ${index + 1}`,
  }));

const now = Date.parse('2026-11-23T10:00:00Z');
const publish = async (...checks: CheckText[]) => publishAt(now, ...checks);

async function publishAt(at: number, ...checks: CheckText[]): Promise<void> {
  await publishChecks(stage.repository, sha, checks, await readRuns(stage.repository, sha), at);
}

const on = { owner: 'acme', repo: 'access' };

/** Every run on the commit, the newest first. */
async function runs({ octokit }: RequestsRepository = stage.repository) {
  const { data } = await octokit.rest.checks.listForRef({ ...on, ref: sha, filter: 'all' });
  return data.check_runs;
}

async function linesOf(run: { id: number } | undefined): Promise<number[]> {
  const { octokit } = stage.repository;
  const listed = await octokit.paginate(octokit.rest.checks.listAnnotations, {
    ...on,
    check_run_id: run?.id ?? 0,
    per_page: 100,
  });
  return listed.map((annotation) => annotation.start_line);
}

test('a check is published with all that it says', async () => {
  const check = policy({ conclusion: 'failure', annotations: annotations(1) });
  await publish(check);
  const [run, ...more] = await runs();
  expect(more).toEqual([]);
  expect(run).toMatchObject({
    name: 'access/policy',
    head_sha: sha,
    status: 'completed',
    conclusion: 'failure',
    external_id: check.fingerprint,
    output: { title: 'Allowed', summary: 'What would be granted', text: 'More of it', annotations_count: 1 },
    app: { id: stage.world.app.id },
  });
});

test.each([null, 'success', 'failure'] as const)(
  'a check that says the same already (%s) is left alone',
  async (conclusion) => {
    await publish(policy({ conclusion }));
    stage.traffic.forget();
    await publish(policy({ conclusion }));
    expect(stage.traffic.writes()).toEqual([]);
  },
);

test('a check that waits is followed by another before GitHub lets it go stale', async () => {
  const day = 24 * 60 * 60_000;
  const waiting = policy({ conclusion: null });
  await publish(waiting);
  await publishAt(now + 11 * day, waiting);
  expect(await runs()).toHaveLength(1);
  await publishAt(now + 12 * day, waiting);
  expect(await runs()).toMatchObject([{ status: 'in_progress' }, { status: 'in_progress' }]);
});

test('what a commit showed at an instant is known by the digest that it was published for', async () => {
  const shown = async (at = now) => digestShown(await readRuns(stage.repository, sha), at);
  expect(await shown()).toBeNull();
  await publish(policy({ digest: 'sha256:one' }));
  expect(await shown()).toBe('sha256:one');
  expect(await shown(now - 1000)).toBeNull();
  await publish(policy({ digest: 'sha256:two' }));
  expect(await shown()).toBe('sha256:two');
  expect(await runs()).toHaveLength(2);
  await publish(policy({ conclusion: 'failure', digest: null }));
  expect(await shown()).toBeNull();
});

test('all that is to be said is said in one call', async () => {
  const approval = (content: Partial<CheckText>) => policy({ name: 'access/approval', ...content });
  await publish(policy({}), approval({ conclusion: null }));
  expect(stage.traffic.writes()).toEqual(['POST /graphql mutation']);
  await publish(policy({ title: 'Otherwise' }), approval({ title: 'Approved' }));
  expect(stage.traffic.writes()).toHaveLength(2);
  expect((await runs()).map(({ name, conclusion, output }) => [name, conclusion, output.title])).toEqual([
    ['access/policy', 'success', 'Otherwise'],
    ['access/approval', 'success', 'Approved'],
    ['access/policy', 'success', 'Allowed'],
  ]);
});

test('what GitHub could write only a part of is no success, and is made up for', async () => {
  const checks = [policy({}), policy({ name: 'access/approval' })];
  const errors = [{ type: 'FORBIDDEN', path: ['run1'], message: 'No' }];
  stage.traffic.alter(/ mutation$/, (answer: object) => ({ ...answer, errors }));
  await expect(publish(...checks)).rejects.toMatchObject({ errors });
  stage.traffic.straighten();
  stage.traffic.alter(/ mutation$/, () => ({ data: { run0: null } }));
  await expect(publish(policy({ title: 'Other' }))).rejects.toThrow('which check run');
  stage.traffic.straighten();
  await publish(...checks);
  expect(new Set((await runs()).map(({ name }) => name)).size).toBe(2);
});

test('a check that waits is updated, and concluded', async () => {
  await publish(policy({ conclusion: null, title: 'Waiting' }));
  const [waiting] = await runs();
  expect(waiting).toMatchObject({ status: 'in_progress', conclusion: null });
  await publish(policy({ conclusion: null, title: 'Waiting for two' }));
  await publish(policy({ conclusion: 'success', title: 'Approved' }));
  expect(await runs()).toMatchObject([
    { id: waiting?.id, status: 'completed', conclusion: 'success', output: { title: 'Approved' } },
  ]);
});

test('a check that concluded is followed by a fresh one, which waits again or concludes otherwise', async () => {
  await publish(policy({ conclusion: 'failure', annotations: annotations(2) }));
  await publish(policy({ conclusion: null }));
  await publish(policy({ conclusion: 'success' }));
  expect(await runs()).toMatchObject([
    { status: 'completed', conclusion: 'success', output: { annotations_count: 0 } },
    { status: 'completed', conclusion: 'failure', output: { annotations_count: 2 } },
  ]);
});

test('a check that goes back to what it said before says so anew', async () => {
  for (const title of ['one', 'other', 'one']) await publish(policy({ title }));
  expect((await runs()).map(({ output }) => output.title)).toEqual(['one', 'other', 'one']);
});

test('annotations of before are not left beside those of now', async () => {
  await publish(policy({ conclusion: null, annotations: annotations(2) }));
  await publish(policy({ conclusion: null, annotations: annotations(1) }));
  const [newest] = await runs();
  expect(await linesOf(newest)).toEqual([1]);
});

describe('more annotations than one request takes', () => {
  test.each([50, 51, 100, 101])('%i are all there, in their order', async (count) => {
    const check = policy({ conclusion: 'failure', annotations: annotations(count) });
    await publish(check);
    const [run, ...more] = await runs();
    expect(more).toEqual([]);
    expect(await linesOf(run)).toEqual(annotations(count).map(({ start_line: line }) => line));
    expect(run).toMatchObject({ external_id: check.fingerprint, output: { text: 'More of it' } });
    expect(stage.traffic.writes()).toHaveLength(Math.ceil(count / 50));
    stage.traffic.forget();
    await publish(check);
    expect(stage.traffic.writes()).toEqual([]);
  });

  test.each(['failure', null] as const)(
    'a check (%s) that was left at the first of them is not taken for the whole',
    async (conclusion) => {
      const check = policy({ conclusion, annotations: annotations(60) });
      stage.traffic.before(/ mutation$/, async () => stage.traffic.answer(/ mutation$/, 403));
      await expect(publish(check)).rejects.toMatchObject({ status: 403 });
      stage.traffic.straighten();
      await publish(check);
      const [newest] = await runs();
      expect(newest).toMatchObject({ external_id: check.fingerprint, conclusion });
      expect(await linesOf(newest)).toHaveLength(60);
    },
  );
});

test("another check, or another app's of the same name, is not taken for ours", async () => {
  const app = await stage.world.installApp({
    slug: `forger-${commits}`,
    permissions: { checks: 'write', contents: 'read' },
    events: [],
  });
  const forger = await stage.openedBy(app);
  const check = policy({});
  const forged = { ...on, head_sha: sha, external_id: check.fingerprint, status: 'in_progress' } as const;
  await forger.octokit.rest.checks.create({ ...forged, name: 'access/policy' });
  await stage.repository.octokit.rest.checks.create({ ...forged, name: 'access/approval' });
  await publish(check);
  expect(await runs()).toMatchObject([
    { name: 'access/policy', conclusion: 'success', app: { id: stage.world.app.id } },
    { name: 'access/approval', conclusion: null },
    { name: 'access/policy', conclusion: null, app: { id: app.id } },
  ]);
});

test('of several runs that GitHub shows, the newest counts, whatever their order', async () => {
  await publish(policy({ title: 'old' }));
  await publish(policy({ title: 'new' }));
  const all = await readRuns(stage.repository, sha);
  stage.traffic.forget();
  for (const ordered of [all, all.toReversed()])
    await publishChecks(stage.repository, sha, [policy({ title: 'new' })], ordered, now);
  expect(stage.traffic.writes()).toEqual([]);
});

test('nothing is written where it is not known what stands there', async () => {
  stage.traffic.answer(/^GET .*\/check-runs/, 500);
  await expect(publish(policy({}))).rejects.toMatchObject({ status: 500 });
  expect(stage.traffic.writes()).toEqual([]);
});
