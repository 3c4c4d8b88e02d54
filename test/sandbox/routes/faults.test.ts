import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { FaultPlan } from '../../../src/sandbox/start.ts';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
let token: string;
beforeAll(async () => {
  it = await stage();
  const { data } = await it.appItself.apps.createInstallationAccessToken({
    installation_id: it.world.app.installationId,
  });
  token = data.token;
});
afterEach(() => it.world.faults(null));
afterAll(() => it.close());

const ask = (url: string, method = 'GET', body?: unknown) =>
  fetch(it.url + url, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
const strike = (fault: NonNullable<FaultPlan['requests']>[number]['fault']) =>
  it.world.faults({ requests: [{ at: /./, fault }] });
const branches = async () => (await it.world.git('branch', '--list', 'made*')).split('\n').length - 1;
const makeBranch = async (name: string) => {
  const sha = (await it.world.git('rev-parse', 'main')).trim();
  return ask(`${path}/git/refs`, 'POST', { ref: `refs/heads/${name}`, sha });
};

test('a server error answers no JSON, and once only', async () => {
  const struck = strike({ kind: 'server-error', status: 502, done: false });
  const response = await ask(path);
  expect(response.status).toBe(502);
  expect(response.headers.get('content-type')).toContain('text/html');
  expect((await ask(path)).status).toBe(200);
  expect(struck).toEqual([{ at: `GET ${path}`, kind: 'server-error' }]);
});

test.each([
  [false, 0],
  [true, 1],
])('a server error leaves the change undone or done: %s', async (done, made) => {
  const before = await branches();
  strike({ kind: 'server-error', status: 500, done });
  expect((await makeBranch(`made-${done}`)).status).toBe(500);
  expect((await branches()) - before).toBe(made);
});

test('a cut connection gives no answer, though the change may be made', async () => {
  const before = await branches();
  strike({ kind: 'cut', done: true });
  await expect(makeBranch('made-and-cut')).rejects.toThrow('fetch failed');
  expect((await branches()) - before).toBe(1);
  strike({ kind: 'cut', done: false });
  await expect(makeBranch('made-not')).rejects.toThrow('fetch failed');
  expect((await branches()) - before).toBe(1);
});

test.each([403, 429] as const)('a secondary limit says with %i how long to wait', async (status) => {
  strike({ kind: 'secondary-limit', status, retryAfter: 3 });
  const response = await ask(path);
  expect(response.status).toBe(status);
  expect(response.headers.get('retry-after')).toBe('3');
  expect(await response.json()).toMatchObject({ message: expect.stringContaining('secondary rate limit') });
});

test('the primary limit says when it ends', async () => {
  strike({ kind: 'primary-limit', status: 403, retryAfter: 30 });
  const { status, headers } = await ask(path);
  expect(status).toBe(403);
  expect(headers.get('x-ratelimit-remaining')).toBe('0');
  expect(Number(headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 + 25);
});

test('a slow answer is an answer', async () => {
  strike({ kind: 'slow', ms: 60 });
  const started = performance.now();
  expect((await ask(path)).status).toBe(200);
  expect(performance.now() - started).toBeGreaterThan(55);
});

test('people go on as if nothing were wrong', async () => {
  it.world.faults({ rates: { 'server-error': 1 } });
  expect((await it.world.person('mona').request('GET', path)).status).toBe(200);
  await expect(it.app.repos.get({ ...repo, request: { retries: 0 } })).rejects.toMatchObject({
    status: expect.any(Number),
  });
});
