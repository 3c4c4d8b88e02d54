import { generateKeyPairSync } from 'node:crypto';
import { SignJWT, importPKCS8 } from 'jose';
import { createPrivateKey } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.close());
afterEach(() => vi.useRealTimers());

interface Claims {
  iss?: number;
  iat?: number;
  exp?: number;
}

async function signed(claims: Claims, pem = it.world.app.privateKey, algorithm = 'RS256'): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const pkcs8 = createPrivateKey(pem).export({ type: 'pkcs8', format: 'pem' }).toString();
  return new SignJWT({ iss: String(it.world.app.id), iat: now - 10, exp: now + 300, ...claims } as Record<
    string,
    unknown
  >)
    .setProtectedHeader({ alg: algorithm })
    .sign(await importPKCS8(pkcs8, algorithm));
}

async function get(url: string, token: string, method = 'GET') {
  const response = await fetch(`${it.url}${url}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, data: (await response.json()) as Record<string, unknown> };
}

const now = () => Math.floor(Date.now() / 1000);

test('an app is known by a JWT that it signed', async () => {
  const { data } = await it.appItself.apps.getAuthenticated();
  expect(data).toMatchObject({ id: it.world.app.id, slug: 'countersign', installations_count: 1 });
});

test.each([
  ['expired', () => ({ exp: now() - 120 }), /'Expiration time' claim/],
  ['valid for too long', () => ({ exp: now() + 3600 }), /too far in the future/],
  ['issued in the future', () => ({ iat: now() + 600, exp: now() + 500 }), /'Issued at' claim/],
])('a JWT %s is refused', async (_, claims, message) => {
  const { status, data } = await get('/app', await signed(claims()));
  expect(status).toBe(401);
  expect(data['message']).toMatch(message);
});

test('a JWT signed by another key, or by another algorithm, is refused', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const other = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const message = 'A JSON web token could not be decoded';
  expect(await get('/app', await signed({}, other))).toMatchObject({ status: 401, data: { message } });
  expect(await get('/app', await signed({}, undefined, 'RS512'))).toMatchObject({ status: 401 });
  const [, claims] = (await signed({})).split('.');
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.x`;
  expect(await get('/app', unsigned)).toMatchObject({ status: 401, data: { message } });
});

test('a JWT is no token for anything but the app itself, and a token no JWT', async () => {
  expect((await get(path, await signed({}))).status).toBe(401);
  expect((await get('/app', it.world.person('boss').token)).status).toBe(401);
  expect((await get('/user', 'ghp_unknown')).data).toMatchObject({ message: 'Bad credentials' });
});

test('installations are found by id, repository and organization', async () => {
  const { installationId: id } = it.world.app;
  const { apps } = it.appItself;
  expect((await apps.listInstallations()).data.map((installation) => installation.id)).toEqual([id]);
  expect((await apps.getInstallation({ installation_id: id })).data.permissions).toMatchObject({
    checks: 'write',
    metadata: 'read',
  });
  expect((await apps.getRepoInstallation(repo)).data.id).toBe(id);
  expect((await apps.getOrgInstallation({ org: 'acme' })).data.id).toBe(id);
  await expect(apps.getInstallation({ installation_id: 1 })).rejects.toMatchObject({ status: 404 });
});

test('a token ends after an hour of the machine clock', async () => {
  const { data } = await it.appItself.apps.createInstallationAccessToken({
    installation_id: it.world.app.installationId,
  });
  expect(Date.parse(data.expires_at) - Date.now()).toBeGreaterThan(3_590_000);
  expect((await get(path, data.token)).status).toBe(200);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_601_000 });
  expect(await get(path, data.token)).toMatchObject({ status: 401, data: { message: 'Bad credentials' } });
});

test('a token holds no more than the installation, and less where asked', async () => {
  const { installationId: installation_id } = it.world.app;
  const { apps } = it.appItself;
  const { data } = await apps.createInstallationAccessToken({
    installation_id,
    permissions: { contents: 'read' },
    repositories: ['access'],
  });
  expect(data).toMatchObject({
    permissions: { contents: 'read', metadata: 'read' },
    repositories: [{ name: 'access' }],
  });
  expect(await get(`${path}/pulls`, data.token)).toMatchObject({
    status: 403,
    data: { message: 'Resource not accessible by integration' },
  });
  await expect(
    apps.createInstallationAccessToken({ installation_id, permissions: { administration: 'write' } }),
  ).rejects.toMatchObject({ status: 422 });
  await expect(
    apps.createInstallationAccessToken({ installation_id, repositories: ['other'] }),
  ).rejects.toMatchObject({ status: 422 });
});

test('an app is found by its slug, by anybody', async () => {
  const { data } = await it.app.apps.getBySlug({ app_slug: 'countersign' });
  expect(data).toMatchObject({ id: it.world.app.id, permissions: { checks: 'write' } });
  expect((await fetch(`${it.url}/apps/countersign`)).status).toBe(200);
  expect((await fetch(`${it.url}/apps/nobody`)).status).toBe(404);
});

// docs.github.com/rest/apps/webhooks: "You must use a JWT to access this endpoint."
test('what was delivered is seen with a JWT alone', async () => {
  const { token } = (await it.app.auth({ type: 'installation' })) as { token: string };
  for (const other of [token, it.world.person('boss').token])
    expect((await get('/app/hook/deliveries', other)).status).toBe(401);
  expect((await get('/app/hook/deliveries', await signed({}))).status).toBe(200);
});
