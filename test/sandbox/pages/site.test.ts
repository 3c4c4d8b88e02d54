import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { path, REQUESTS, stage, type Stage } from '../world.ts';
import { browsing, type Browsing } from './browsing.ts';

let at: Stage;
let browse: Browsing['browse'];
let submit: Browsing['submit'];

beforeAll(async () => {
  at = await stage({
    repository: { name: 'access', files: { [REQUESTS]: 'requests: []\n', 'docs/one.md': '\n# One\n' } },
  });
  ({ browse, submit } = browsing(at.url));
});
afterAll(() => at.close());

describe('what is a page', () => {
  test.each(['application/json', 'application/vnd.github.v3+json', '*/*'])(
    '%s gets the API, where it has no such endpoint',
    async (accept) => {
      for (const address of ['/', '/web/acme/access', '/acme/access']) {
        const { status, html } = await browse(address, 'mona', { headers: { accept } });
        expect([status, JSON.parse(html)]).toMatchObject([
          404,
          { message: `The sandbox has no such endpoint: GET ${address}` },
        ]);
      }
    },
  );

  test('no route of the API is hidden from whoever asks it for HTML', async () => {
    const token = at.world.person('mona').token;
    const headers = { authorization: `token ${token}` };
    for (const address of [path, '/user', '/orgs/acme', '/users/mona'])
      expect(JSON.parse((await browse(address, null, { headers })).html)).toHaveProperty('id');
    const git = await browse('/acme/access.git/info/refs?service=git-upload-pack', null, { headers });
    expect(git.headers.get('content-type')).toBe('application/x-git-upload-pack-advertisement');
  });

  test.each([
    ['/acme/access', '/web/acme/access'],
    ['/acme/access/pull/7', '/web/acme/access/pull/7'],
    ['/acme/access/blob/main/docs/one.md', '/web/acme/access/tree/main/docs/one.md'],
  ])("GitHub's own address %s leads to %s", async (address, page) => {
    expect(await browse(address, 'mona')).toMatchObject({ status: 302, location: page });
  });
});

describe('who may ask', () => {
  test('another site may send nothing: by its own name, by none, or by the name of this machine', async () => {
    for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1'])
      expect((await submit('/web/act-as', null, { login: 'mona', back: '/' }, origin)).status).toBe(403);
    const silent = await browse('/web/act-as', null, {
      method: 'POST',
      body: new URLSearchParams({ login: 'mona' }),
    });
    expect([silent.status, silent.headers.get('set-cookie')]).toEqual([403, null]);
  });

  test('a name that resolves to this machine is not answered', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      const asking = request(
        `${at.url}/`,
        { headers: { host: 'evil.example', accept: 'text/html' } },
        (answer) => {
          resolve(answer.resume().statusCode);
        },
      );
      asking.on('error', reject).end();
    });
    expect(status).toBe(421);
  });

  test('whom a visitor acts as stands in a cookie that no other site sends, and is no token', async () => {
    const chosen = await submit('/web/act-as', null, { login: 'mona', back: '/web/acme/access/pulls' });
    expect(chosen).toMatchObject({ status: 303, location: '/web/acme/access/pulls' });
    expect(chosen.headers.get('set-cookie')).toBe('sandbox_person=mona; Path=/; HttpOnly; SameSite=Strict');
    expect((await submit('/web/act-as', null, { login: 'mona', back: '//evil.example' })).location).toBe('/');
    expect((await submit('/web/act-as', null, { login: 'nobody', back: '/' })).status).toBe(422);
  });

  test('each sees what they may see', async () => {
    expect((await browse('/', 'mona')).html).toContain('href="/web/acme/access"');
    for (const login of [null, 'eve', 'stranger']) {
      expect((await browse('/', login)).html).not.toContain('acme/access');
      expect((await browse('/web/acme/access', login)).status).toBe(404);
    }
  });

  test('nothing runs in the browser, and nothing comes from elsewhere', async () => {
    const { headers, html } = await browse('/', 'mona');
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|https?:/);
    const style = await fetch(`${at.url}/web/style.css`, { headers: { accept: 'text/css,*/*;q=0.1' } });
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
  });
});
