import { afterAll, beforeAll, expect, test } from 'vitest';
import { Octokit } from '@octokit/rest';
import { createAppAuth } from '@octokit/auth-app';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let head: string;
beforeAll(async () => {
  it = await stage();
  ({
    head: { sha: head },
  } = await it.world.person('mona').opensPullRequest({ title: 'x', branch: 'b', files: { x: 'x' } }));
});
afterAll(() => it.close());

const annotations = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    path: 'x',
    start_line: index + 1,
    end_line: index + 1,
    start_column: 3,
    end_column: 5,
    annotation_level: 'failure' as const,
    message: `m${index}`,
  }));
const output = (count: number) => ({ title: 't', summary: 's', annotations: annotations(count) });

test('a check run goes from queued to completed, on its commit', async () => {
  const { data: queued } = await it.app.checks.create({
    ...repo,
    name: 'life',
    head_sha: head,
    external_id: 'e',
  });
  expect(queued).toMatchObject({
    status: 'queued',
    conclusion: null,
    external_id: 'e',
    head_sha: head,
    app: { id: it.world.app.id },
    pull_requests: [{ number: 1 }],
  });
  const { data: done } = await it.app.checks.update({
    ...repo,
    check_run_id: queued.id,
    conclusion: 'failure',
  });
  expect(done).toMatchObject({ status: 'completed', completed_at: '2026-11-23T10:00:00Z' });
  await expect(
    it.app.checks.update({
      ...repo,
      check_run_id: queued.id,
      status: 'completed',
      conclusion: undefined as never,
    }),
  ).rejects.toMatchObject({ status: 422 });
});

test('annotations are added to, fifty a request', async () => {
  const { data } = await it.app.checks.create({ ...repo, name: 'notes', head_sha: head, output: output(50) });
  await it.app.checks.update({ ...repo, check_run_id: data.id, output: output(3) });
  const listed = await it.app.paginate(it.app.checks.listAnnotations, { ...repo, check_run_id: data.id });
  expect(listed).toHaveLength(53);
  expect(listed[0]).toMatchObject({
    start_line: 1,
    start_column: 3,
    annotation_level: 'failure',
    message: 'm0',
  });
  await expect(
    it.app.checks.update({ ...repo, check_run_id: data.id, output: output(51) }),
  ).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('No more than 50 items are allowed; 51 were supplied.'),
  });
  const long = { title: 't', summary: 'x'.repeat(65_536) };
  await expect(it.app.checks.update({ ...repo, check_run_id: data.id, output: long })).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining('65535'),
  });
});

test('columns on an annotation of several lines are refused', async () => {
  const [note] = annotations(1);
  const wide = { title: 't', summary: 's', annotations: [{ ...note, end_line: 9 }] };
  const body = { name: 'x', head_sha: head, output: wide };
  await expect(it.app.request(`POST ${path}/check-runs`, body)).rejects.toMatchObject({ status: 422 });
});

test('runs on a commit are listed, the latest of each name unless all are asked for', async () => {
  const { data: older } = await it.app.checks.create({ ...repo, name: 'twice', head_sha: head });
  const { data: newer } = await it.app.checks.create({ ...repo, name: 'twice', head_sha: head });
  const ids = async (filter?: 'latest' | 'all', app_id?: number) => {
    const query = {
      ...repo,
      ref: 'b',
      check_name: 'twice',
      ...(filter ? { filter } : {}),
      ...(app_id ? { app_id } : {}),
    };
    const { data } = await it.app.checks.listForRef(query);
    expect(data.total_count).toBe(data.check_runs.length);
    return data.check_runs.map(({ id }) => id);
  };
  expect(await ids()).toEqual([newer.id]);
  expect(await ids('all')).toEqual([newer.id, older.id]);
  expect(await ids('all', 1)).toEqual([]);
});

test('only the app that made a check run changes it, and no person makes one', async () => {
  const forger = await it.world.installApp({ ...seed.app, slug: 'forger' });
  const other = new Octokit({
    baseUrl: it.url,
    authStrategy: createAppAuth,
    auth: { appId: forger.id, privateKey: forger.privateKey, installationId: forger.installationId },
  });
  const { data } = await it.app.checks.create({ ...repo, name: 'mine', head_sha: head });
  await expect(
    other.checks.update({ ...repo, check_run_id: data.id, conclusion: 'success' }),
  ).rejects.toMatchObject({
    status: 403,
    message: expect.stringContaining('can only be modified by the GitHub App'),
  });
  const body = { name: 'mine', head_sha: head, conclusion: 'success' };
  for (const login of ['boss', 'mona'])
    expect((await it.world.person(login).request('POST', `${path}/check-runs`, body)).status).toBe(403);
});

test('a check run on a commit that is not there is refused', async () => {
  await expect(it.app.checks.create({ ...repo, name: 'x', head_sha: 'f'.repeat(40) })).rejects.toMatchObject({
    status: 422,
  });
});

const action = { label: 'Revoke now', description: 'Take the access back', identifier: 'revoke' };

test('what a check run offers is told to its app alone, when a person who may write clicks it', async () => {
  const hook = await receiver();
  it.world.deliverTo(hook.url);
  await it.world.installApp({ ...seed.app, slug: 'watcher', webhookUrl: hook.url });
  const { data: run } = await it.app.checks.create({
    ...repo,
    name: 'grant',
    head_sha: head,
    actions: [action],
  });
  const clicks = (login: string, identifier = 'revoke') => it.world.person(login).clicks(run.id, identifier);
  await expect(clicks('bob')).rejects.toThrow('bob sees no such button');
  await expect(clicks('mona', 'other')).rejects.toThrow('has no action other');
  await clicks('mona');
  await it.world.settled();
  hook.close();
  const clicked = it.world.deliveries().filter(({ action: name }) => name === 'requested_action');
  expect(clicked).toMatchObject([
    {
      event: 'check_run',
      payload: {
        requested_action: { identifier: 'revoke' },
        check_run: { id: run.id },
        sender: { login: 'mona' },
      },
    },
  ]);
});

test.each([
  ['four actions', Array.from({ length: 4 }, () => action)],
  ['a long label', [{ ...action, label: 'x'.repeat(21) }]],
])('%s are refused', async (_, actions) => {
  await expect(
    it.app.checks.create({ ...repo, name: 'grant', head_sha: head, actions }),
  ).rejects.toMatchObject({ status: 422 });
});
