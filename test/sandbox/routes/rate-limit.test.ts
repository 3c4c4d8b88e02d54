import { afterEach, expect, test } from 'vitest';
import type { Limits } from '../../../src/sandbox/start.ts';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
afterEach(() => it.close());
const limited = async (limits: Limits) => {
  it = await stage({}, undefined, limits);
};
const as = (login: string, url: string, method = 'GET') =>
  fetch(it.url + url, { method, headers: { authorization: `token ${it.world.person(login).token}` } });

test('who has asked too often is refused until the hour is over, and others are not', async () => {
  await limited({ requestsPerHour: 2 });
  expect((await as('mona', path)).headers.get('x-ratelimit-remaining')).toBe('1');
  await as('mona', path);
  const refused = await as('mona', path);
  expect(refused.status).toBe(403);
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    'x-ratelimit-limit': '2',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-used': '2',
  });
  expect(Number(refused.headers.get('x-ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000);
  expect(await refused.json()).toMatchObject({
    message: `API rate limit exceeded for user ID ${it.world.person('mona').id}.`,
  });
  expect((await as('nick', path)).status).toBe(200);
});

test('the tokens of an installation share its limit', async () => {
  await limited({ requestsPerHour: 2 });
  const token = async () => {
    const { data } = await it.appItself.apps.createInstallationAccessToken({
      installation_id: it.world.app.installationId,
    });
    return data.token;
  };
  const use = async (bearer: string) =>
    (await fetch(it.url + path, { headers: { authorization: `Bearer ${bearer}` } })).headers;
  const [one, other] = [await token(), await token()];
  await use(one);
  expect((await use(other)).get('x-ratelimit-remaining')).toBe('0');
});

test('asking how much is left is free', async () => {
  await limited({});
  await it.app.repos.get(repo);
  const { data } = await it.app.rateLimit.get();
  expect(data.resources.core).toMatchObject({ limit: 5000, used: 1, remaining: 4999 });
});

test.each<[string, Limits, string]>([
  ['writes', { writesPerMinute: 1 }, 'POST'],
  ['points', { pointsPerMinute: 7 }, 'POST'],
  ['reads', { pointsPerMinute: 1 }, 'GET'],
])('too many %s in a minute are refused, with the time to wait', async (_, limits, method) => {
  await limited(limits);
  await as('mona', `${path}/pulls`, method);
  const refused = await as('mona', `${path}/pulls`, method);
  expect(refused.status).toBe(403);
  const wait = Number(refused.headers.get('retry-after'));
  expect(wait).toBeGreaterThan(0);
  expect(wait).toBeLessThanOrEqual(60);
  expect(refused.headers.get('x-ratelimit-remaining')).not.toBe('0');
  expect(await refused.json()).toMatchObject({
    message: expect.stringContaining('exceeded a secondary rate limit'),
  });
});
