import { createAppAuth } from '@octokit/auth-app';
import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

const Client = Octokit.plugin(throttling, retry);

let it: Stage;
let client: Octokit;
/** Without the second that the throttling plugin leaves between writes. */
let hasty: Octokit;
/** What the throttling plugin met. */
const met: string[] = [];
beforeAll(async () => {
  it = await stage();
  const { id: appId, privateKey, installationId } = it.world.app;
  const note = (kind: string) => (after: number, _: object, __: unknown, retries: number) => {
    met.push(`${kind} after ${after} s`);
    return retries < 1;
  };
  const options = {
    baseUrl: it.url,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    // The plugins wait as long as they are told to, in milliseconds instead of seconds.
    retry: { retryAfterBaseValue: 1 },
  };
  const limits = {
    onRateLimit: note('primary limit'),
    onSecondaryRateLimit: note('secondary limit'),
  };
  client = new Client({ ...options, throttle: { retryAfterBaseValue: 1, ...limits } });
  hasty = new Client({ ...options, throttle: { enabled: false, ...limits } });
});
afterEach(() => {
  it.world.faults(null);
  met.length = 0;
});
afterAll(() => it.close());

test.each([403, 429] as const)(
  'the throttling plugin takes %i for a secondary limit and waits',
  async (status) => {
    const struck = it.world.faults({
      requests: [{ at: /^GET/, fault: { kind: 'secondary-limit', status, retryAfter: 1 } }],
    });
    expect((await client.repos.get(repo)).data.full_name).toBe('acme/access');
    expect([met, struck.length]).toEqual([['secondary limit after 1 s'], 1]);
  },
);

test('it knows the primary limit by the headers', async () => {
  it.world.faults({
    requests: [{ at: /^GET/, fault: { kind: 'primary-limit', status: 403, retryAfter: 1 } }],
  });
  expect((await client.repos.get(repo)).status).toBe(200);
  expect(met).toEqual([expect.stringMatching(/^primary limit after \d+ s$/)]);
});

test('the retry plugin asks again after a server error, and not after a refusal', async () => {
  const struck = it.world.faults({
    requests: [{ at: /^GET/, times: 2, fault: { kind: 'server-error', status: 502, done: false } }],
  });
  expect((await client.repos.get(repo)).status).toBe(200);
  expect(struck).toHaveLength(2);
  await expect(client.repos.get({ ...repo, repo: 'nothing' })).rejects.toMatchObject({ status: 404 });
});

test('pages are followed by their links to the end', async () => {
  const mona = it.world.person('mona');
  for (const name of ['a', 'b', 'c', 'd']) await mona.writesFiles(name, { [name]: name });
  const names = (await client.paginate(client.repos.listBranches, { ...repo, per_page: 2 })).map(
    ({ name }) => name,
  );
  expect(names.toSorted()).toEqual(['a', 'b', 'c', 'd', 'main']);
});

test('an app asks for access: branch, file, pull request, check, review, merge', async () => {
  const { data: main } = await hasty.git.getRef({ ...repo, ref: 'heads/main' });
  await hasty.git.createRef({ ...repo, ref: 'refs/heads/session', sha: main.object.sha });
  await hasty.repos.createOrUpdateFileContents({
    ...repo,
    path: 'session.txt',
    branch: 'session',
    message: 'Session',
    content: Buffer.from('session\n').toString('base64'),
  });
  const { data: pull } = await hasty.pulls.create({
    ...repo,
    title: 'Session',
    head: 'session',
    base: 'main',
  });
  const place = { ...repo, pull_number: pull.number };
  await hasty.checks.create({ ...repo, name: 'ci', head_sha: pull.head.sha, conclusion: 'success' });
  await it.world.person('lead').approves(pull.number);
  expect((await hasty.pulls.listReviews(place)).data).toMatchObject([{ state: 'APPROVED' }]);
  const { data: merged } = await hasty.pulls.merge({ ...place, sha: pull.head.sha });
  expect(merged.merged).toBe(true);
  const { data } = await hasty.request(`GET ${path}/contents/session.txt`, { mediaType: { format: 'raw' } });
  expect(data).toBe('session\n');
});
