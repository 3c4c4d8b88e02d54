import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.close());

const get = (url: string, login: string, headers: Record<string, string> = {}) =>
  fetch(it.url + url, {
    headers: { authorization: `Bearer ${it.world.person(login).token}`, ...headers },
  });
const etagOf = async (url: string, login: string) => (await get(url, login)).headers.get('etag') ?? '';

test('an answer that is known already is not sent again, and costs nothing', async () => {
  const first = await get(`${path}/pulls`, 'mona');
  const etag = first.headers.get('etag') ?? '';
  expect(etag).toMatch(/^W\/"[0-9a-f]{64}"$/);
  const again = await get(`${path}/pulls`, 'mona', { 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect(await again.text()).toBe('');
  expect(again.headers.get('etag')).toBe(etag);
  expect(again.headers.get('x-ratelimit-used')).toBe(first.headers.get('x-ratelimit-used'));
  await it.world.person('mona').opensPullRequest({ title: 'x', branch: 'x', files: { x: 'x' } });
  expect((await get(`${path}/pulls`, 'mona', { 'if-none-match': etag })).status).toBe(200);
});

test('an ETag belongs to the token that it was given to', async () => {
  const etag = await etagOf('/users/mona', 'mona');
  expect((await get('/users/mona', 'mona', { 'if-none-match': etag })).status).toBe(304);
  expect((await get('/users/mona', 'nick', { 'if-none-match': etag })).status).toBe(200);
});

test('what is refused has none', async () => {
  expect(await etagOf(path, 'eve')).toBe('');
});

test.each([
  [path, true],
  ['/users/mona', true],
  [`${path}/pulls`, false],
  [`${path}/branches`, false],
])('whether %s says when it changed last: %s', async (url, says) => {
  const { headers } = await get(url, 'nick');
  const changed = headers.get('last-modified');
  expect(changed !== null).toBe(says);
  if (changed === null) return;
  expect(changed).toBe('Mon, 23 Nov 2026 10:00:00 GMT');
  expect((await get(url, 'nick', { 'if-modified-since': changed })).status).toBe(304);
  const before = 'Mon, 23 Nov 2026 09:59:59 GMT';
  expect((await get(url, 'nick', { 'if-modified-since': before })).status).toBe(200);
});

test('a client gets the 304 as an error of its own', async () => {
  const { headers } = await it.app.repos.get(repo);
  await expect(
    it.app.repos.get({ ...repo, headers: { 'if-none-match': headers.etag ?? '' } }),
  ).rejects.toMatchObject({ status: 304 });
});
