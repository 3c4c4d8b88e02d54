import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workplace, type Workplace } from '../git-client.ts';
import { appWithoutChecks, path, receiver, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let work: Workplace;
beforeEach(async () => {
  [it, hook, work] = await Promise.all([stage({ app: appWithoutChecks }), receiver(), workplace()]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await Promise.all([it.close(), work.remove()]);
  hook.close();
});

/** The repository's address with a token as the password. */
function address(login?: string): string {
  const url = new URL(`${it.url}/acme/access.git`);
  if (login !== undefined) {
    url.username = 'x';
    url.password = it.world.person(login).token;
  }
  return url.href;
}
const clone = (login: string) => work.git('clone', '--quiet', address(login), 'work');
const tip = async (ref: string) => (await it.world.git('rev-parse', ref)).trim();

async function sent(): Promise<string[]> {
  await it.world.settled();
  return it.world.deliveries().map(({ event, action }) => (action ? `${event}.${action}` : event));
}

describe('who may use git', () => {
  test('a member clones and fetches with a token as the password', async () => {
    expect(await clone('bob')).toMatchObject({ code: 0 });
    expect(await work.git('show', `HEAD:${REQUESTS}`)).toMatchObject({ out: 'requests: []\n' });
    const { sha } = await it.world.person('mona').writesFiles('ask', { [REQUESTS]: 'requests: [x]\n' });
    await work.git('fetch', '--quiet', 'origin');
    expect((await work.git('rev-parse', 'origin/ask')).out.trim()).toBe(sha);
  });

  test('a stranger is asked for a password, and a wrong one is refused', async () => {
    const response = await fetch(`${address()}/info/refs?service=git-upload-pack`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="GitHub"');
    const wrong = await work.git('clone', address('mona').replace(/:ghp_\w+/, ':ghp_wrong'), 'work');
    expect(wrong.err).toContain('Authentication failed');
  });

  test('an outsider learns nothing of a private repository', async () => {
    const refused = await clone('eve');
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain('not found');
  });

  test('a reader may not push', async () => {
    await clone('bob');
    await work.commit({ [REQUESTS]: 'requests: [x]\n' });
    const refused = await work.git('push', 'origin', 'HEAD:ask');
    expect(refused.err).toContain('The requested URL returned error: 403');
    expect(refused.err).toContain('remote: Permission to acme/access.git denied to bob.');
  });

  test('everybody reads a public repository, and nobody writes it unnamed', async () => {
    const open = await stage({ repository: { ...seed.repository, private: false } });
    try {
      const url = `${open.url}/acme/access.git`;
      expect(await work.git('clone', '--quiet', url, 'work')).toMatchObject({ code: 0 });
      await work.commit({ a: 'a' });
      expect((await work.git('push', 'origin', 'HEAD:ask')).err).toContain('could not read Username');
    } finally {
      await open.close();
    }
  });

  test('an app pushes as its bot, with what its token has', async () => {
    const auth = async (permissions?: Record<string, 'read' | 'write'>) => {
      const { data } = await it.appItself.apps.createInstallationAccessToken({
        installation_id: it.world.app.installationId,
        ...(permissions ? { permissions } : {}),
      });
      const url = new URL(address());
      [url.username, url.password] = ['x-access-token', data.token];
      return url.href;
    };
    await work.git('clone', '--quiet', await auth(), 'work');
    await work.commit({ a: 'a' });
    const narrow = await work.git('push', await auth({ contents: 'read' }), 'HEAD:ask');
    expect(narrow.err).toContain('remote: Write access to repository not granted.');
    expect(await work.git('push', await auth(), 'HEAD:ask')).toMatchObject({ code: 0 });
    const { data } = await it.app.repos.listActivities(repo);
    expect(data).toMatchObject([{ activity_type: 'branch_creation', actor: { login: 'countersign[bot]' } }]);
  });
});

describe('a push', () => {
  test('makes a branch, then moves the head of its pull request', async () => {
    await clone('mona');
    await work.commit({ [REQUESTS]: 'requests: [one]\n' });
    expect(await work.git('push', 'origin', 'HEAD:ask')).toMatchObject({ code: 0 });
    const { number, head } = await it.world.person('mona').opensPullRequest({ title: 'Ask', branch: 'ask' });
    await work.commit({ [REQUESTS]: 'requests: [two]\n' });
    await work.git('push', 'origin', 'HEAD:ask');
    const after = (await work.git('rev-parse', 'HEAD')).out.trim();
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({ head: { sha: after }, commits: 2 });
    expect(await sent()).toEqual([
      'push',
      'pull_request.opened',
      'pull_request.review_requested',
      'push',
      'pull_request.synchronize',
    ]);
    expect(it.world.deliveries().at(-2)?.payload).toMatchObject({
      ref: 'refs/heads/ask',
      before: head.sha,
      after,
      forced: false,
      pusher: { name: 'mona' },
      head_commit: { id: after, modified: [REQUESTS], author: { email: 'mona@example.com' } },
    });
  });

  test('by force is on the log as one, and moves what reviews point at', async () => {
    const mona = it.world.person('mona');
    const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
    await it.world.person('lead').approves(number);
    await clone('mona');
    await work.commit({ [REQUESTS]: 'requests: [other]\n' });
    expect((await work.git('push', 'origin', 'HEAD:ask')).err).toContain('[rejected]');
    expect(await work.git('push', '--force', 'origin', 'HEAD:ask')).toMatchObject({ code: 0 });
    const after = await tip('ask');
    const [last] = (await it.app.repos.listActivities({ ...repo, ref: 'ask' })).data;
    expect(last).toMatchObject({ activity_type: 'force_push', after, actor: { login: 'mona' } });
    const { data } = await it.app.pulls.listReviews({ ...repo, pull_number: number });
    expect(data).toMatchObject([{ commit_id: after }]);
  });

  test('deletes a branch, which closes its pull request', async () => {
    const mona = it.world.person('mona');
    const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
    await clone('mona');
    expect(await work.git('push', 'origin', '--delete', 'ask')).toMatchObject({ code: 0 });
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data).toMatchObject({ state: 'closed', merged: false });
    expect((await work.git('push', 'origin', '--delete', 'main')).err).toContain(
      '! [remote rejected] main (refusing to delete the current branch: refs/heads/main)',
    );
  });

  test('of several refs moves each on its own, and none where they stand together', async () => {
    it.world.protect('main', { requirePullRequest: true });
    await clone('mona');
    await work.commit({ a: 'a' });
    const together = await work.git('push', '--atomic', 'origin', 'HEAD:main', 'HEAD:one');
    expect(together.err).toContain('atomic push failure');
    const apart = await work.git('push', 'origin', 'HEAD:main', 'HEAD:one', 'HEAD:two');
    expect(apart.code).toBe(1);
    expect(apart.err).toMatch(/\[new branch\] +HEAD -> one/);
    expect(await tip('one')).toBe(await tip('two'));
    expect(await tip('main')).not.toBe(await tip('one'));
  });

  test('of a tag tells its commit, though an annotated one is an object of its own', async () => {
    await clone('mona');
    await work.git('tag', '--annotate', '--message', 'one', 'v1');
    await work.git('tag', 'light');
    expect(await work.git('push', 'origin', 'v1', 'light')).toMatchObject({ code: 0 });
    await sent();
    const main = await tip('main');
    const object = await tip('v1');
    expect(object).not.toBe(main);
    expect(it.world.deliveries().map(({ payload }) => payload)).toMatchObject([
      { ref: 'refs/tags/v1', after: object, head_commit: { id: main } },
      { ref: 'refs/tags/light', after: main, head_commit: { id: main } },
    ]);
  });

  test('of much is sent in pieces', async () => {
    await clone('mona');
    await work.commit({ large: Array.from({ length: 60_000 }, (_, n) => `${n * 7919}`).join('\n') });
    expect(await work.git('-c', 'http.postBuffer=65536', 'push', 'origin', 'HEAD:ask')).toMatchObject({
      code: 0,
    });
    expect((await it.world.git('rev-parse', 'ask')).trim()).toBe(
      (await work.git('rev-parse', 'HEAD')).out.trim(),
    );
  });
});

describe('a protected branch', () => {
  test("refuses a push in GitHub's words", async () => {
    it.world.protect('main', { requiredApprovals: 1, bypass: { admins: true } });
    await clone('mona');
    await work.commit({ [REQUESTS]: 'requests: [x]\n' });
    const refused = await work.git('push', 'origin', 'main');
    expect(refused.err.split('\n').map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        'remote: error: GH006: Protected branch update failed for refs/heads/main.',
        'remote: - Changes must be made through a pull request.',
        '! [remote rejected] main -> main (protected branch hook declined)',
      ]),
    );
    expect(await sent()).toEqual([]);
    expect(await work.git('push', address('boss'), 'main')).toMatchObject({ code: 0 });
    expect(await sent()).toEqual(['push']);
  });

  test('refuses force and deletion even to those let by', async () => {
    await it.world.person('mona').writesFiles('kept', { x: 'x' });
    it.world.protect('kept', { bypass: { admins: true } });
    await clone('boss');
    await work.commit({ y: 'y' });
    expect((await work.git('push', '--force', 'origin', 'main:kept')).err).toContain(
      'remote: - Cannot force-push to this protected branch',
    );
    expect((await work.git('push', 'origin', '--delete', 'kept')).err).toContain(
      'remote: - Cannot delete this protected branch',
    );
  });
});

test('a merge made by hand and pushed marks the pull request merged', async () => {
  const mona = it.world.person('mona');
  const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
  await clone('boss');
  await work.git('merge', '--no-ff', '--message', 'By hand', 'origin/ask');
  await work.git('push', 'origin', 'main');
  const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
  expect(data).toMatchObject({
    state: 'closed',
    merged: true,
    merged_by: { login: 'boss' },
    merge_commit_sha: await tip('main'),
  });
  expect((await sent()).slice(-2)).toEqual(['push', 'pull_request.closed']);
});

test("refs/pull is read by everybody and is GitHub's to write", async () => {
  const mona = it.world.person('mona');
  const { number, head } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
  await clone('mona');
  await work.git('fetch', '--quiet', 'origin', `refs/pull/${number}/head`);
  expect((await work.git('rev-parse', 'FETCH_HEAD')).out.trim()).toBe(head.sha);
  expect((await work.git('push', 'origin', `main:refs/pull/${number}/head`)).err).toContain(
    'deny updating a hidden ref',
  );
  expect((await mona.request('GET', `${path}/git/ref/pull/${number}/head`)).data).toMatchObject({
    object: { sha: head.sha },
  });
});

test('a ref to an object that was not sent is not taken', async () => {
  await clone('mona');
  await work.commit({ a: 'a' });
  const tree = (await work.git('rev-parse', 'HEAD^{tree}')).out.trim();
  const { token } = it.world.person('mona');
  const zero = '0'.repeat(40);
  const line = `${zero} ${tree} refs/heads/bad\0report-status`;
  const body = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`;
  const response = await fetch(`${address()}/git-receive-pack`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`x:${token}`).toString('base64')}`,
      'content-type': 'application/x-git-receive-pack-request',
    },
    body,
  });
  expect(await response.text()).toContain('ng refs/heads/bad missing necessary objects');
});
