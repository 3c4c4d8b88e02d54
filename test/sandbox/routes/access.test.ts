import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage({ app: { ...seed.app, permissions: { contents: 'read', checks: 'write' } } });
});
afterAll(() => it.close());

async function anonymous(url: string) {
  const response = await fetch(it.url + url);
  return { status: response.status, data: (await response.json()) as Record<string, unknown> };
}

describe('on a private repository', () => {
  test('an outsider and a stranger see nothing', async () => {
    for (const url of [path, `${path}/pulls`, `${path}/contents/${REQUESTS}`, '/orgs/acme/teams'])
      expect(await it.world.person('eve').request('GET', url)).toMatchObject({
        status: 404,
        data: { message: 'Not Found', status: '404' },
      });
    expect((await anonymous(path)).status).toBe(404);
  });

  test.each([
    ['POST', '/git/refs', { ref: 'refs/heads/x', sha: '0'.repeat(40) }, 404],
    ['PUT', '/contents/x', { message: 'x', content: 'eA==' }, 404],
    ['PUT', '/pulls/1/merge', {}, 403],
    ['POST', '/issues/1/labels', { labels: ['x'] }, 403],
    ['GET', '/collaborators/mona/permission', undefined, 403],
  ])('a member who may only read: %s %s', async (method, url, body, status) => {
    expect((await it.world.person('bob').request(method, path + url, body)).status).toBe(status);
  });

  test('a pull request is for those who may write', async () => {
    await it.world.person('mona').writesFiles('reader', { a: 'a' });
    const body = { title: 'x', head: 'reader', base: 'main' };
    expect(await it.world.person('bob').request('POST', `${path}/pulls`, body)).toMatchObject({
      status: 422,
      data: { message: 'Validation Failed', errors: [{ message: 'must be a collaborator' }] },
    });
    await expect(it.world.person('bob').writesFiles('b', { a: 'a' })).rejects.toThrow('denied to bob');
  });
});

test('an app does what its permissions say', async () => {
  expect((await it.app.repos.get(repo)).status).toBe(200);
  expect((await it.app.git.getRef({ ...repo, ref: 'heads/main' })).status).toBe(200);
  const refusal = { status: 403, message: expect.stringContaining('Resource not accessible by integration') };
  await expect(it.app.git.createBlob({ ...repo, content: 'x' })).rejects.toMatchObject({
    ...refusal,
    response: { headers: { 'x-accepted-github-permissions': 'contents=write' } },
  });
  await expect(it.app.pulls.list(repo)).rejects.toMatchObject(refusal);
  await expect(it.app.teams.list({ org: 'acme' })).rejects.toMatchObject(refusal);
  await expect(it.app.users.getAuthenticated()).rejects.toMatchObject(refusal);
});

test.each([
  ['boss', 'admin', 'admin'],
  ['mona', 'write', 'write'],
  ['bob', 'read', 'read'],
  ['eve', 'none', 'none'],
])('%s has %s', async (login, permission, role) => {
  const { data } = await it.app.repos.getCollaboratorPermissionLevel({ ...repo, username: login });
  expect(data).toMatchObject({ permission, role_name: role, user: { login } });
});

test('a public repository is read by everybody, and its API asks who writes', async () => {
  const open = await stage({ repository: { ...seed.repository, private: false } });
  try {
    const read = await fetch(open.url + path);
    expect(read.status).toBe(200);
    expect(read.headers.get('x-ratelimit-limit')).toBe('60');
    const write = await fetch(`${open.url}${path}/issues/1/comments`, { method: 'POST' });
    expect(write.status).toBe(401);
    expect((await open.world.person('eve').request('GET', `${path}/pulls`)).status).toBe(200);
  } finally {
    await open.close();
  }
});

test('what the sandbox has not got says so', async () => {
  expect(await it.world.person('mona').request('GET', `${path}/actions/runs`)).toEqual({
    status: 404,
    data: {
      message: `The sandbox has no such endpoint: GET ${path}/actions/runs`,
      documentation_url: 'docs/sandbox.md',
      status: '404',
    },
  });
});

test('every answer names its request, its kind and the limit that it counts against', async () => {
  const { token } = it.world.person('lead');
  const headers = { authorization: `Bearer ${token}` };
  const [first, second] = [
    await fetch(`${it.url}/user`, { headers }),
    await fetch(`${it.url}/user`, { headers }),
  ];
  expect(first.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(first.headers.get('x-github-request-id')).not.toBe(second.headers.get('x-github-request-id'));
  expect(first.headers.get('x-ratelimit-limit')).toBe('5000');
  expect(first.headers.get('x-ratelimit-used')).toBe('1');
  expect(second.headers.get('x-ratelimit-used')).toBe('2');
  expect(second.headers.get('x-ratelimit-remaining')).toBe('4998');
});

test.each([
  ['{', 400, 'Problems parsing JSON'],
  ['[]', 400, 'Body should be a JSON object'],
  ['{"base": "main", "head": "x"}', 422, 'Invalid request.\n\n"title" wasn\'t supplied.'],
])('a body of %s is refused', async (body, status, message) => {
  const { token } = it.world.person('mona');
  const response = await fetch(`${it.url}${path}/pulls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body,
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ message });
});

test('a version of the API that is not spoken is refused', async () => {
  const response = await fetch(`${it.url}/users/mona`, { headers: { 'x-github-api-version': '2026-03-10' } });
  expect(response.status).toBe(400);
});
