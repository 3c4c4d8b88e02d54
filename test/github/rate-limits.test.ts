import { pino } from 'pino';
import { Probot } from 'probot';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { clientClass } from '../../src/github/client.ts';
import { openRepository } from '../../src/github/installation.ts';
import { LimitReached, takesCallsAgainAt } from '../../src/github/rate-limits.ts';
import { readPull } from '../../src/github/read-pull.ts';
import type { RequestsRepository } from '../../src/github/requests-repository.ts';
import { openStage, type Stage } from './stage.ts';

const noon = Date.parse('2026-11-23T12:00:00Z');
const seconds = (count: number) => count * 1000;
const none = { 'x-ratelimit-remaining': '0' };
const resetIn = (count: number) => ({ ...none, 'x-ratelimit-reset': String(noon / 1000 + count) });

describe('when GitHub takes calls again', () => {
  test.each<[string, number, string, Record<string, string>, number | undefined]>([
    ['retry-after', 403, 'You have exceeded a secondary rate limit.', { 'retry-after': '30' }, seconds(30)],
    ['retry-after of a 429', 429, 'Too many requests', { 'retry-after': '5' }, seconds(5)],
    [
      'retry-after before the reset',
      403,
      'A secondary rate limit',
      { 'retry-after': '60', ...resetIn(3000) },
      seconds(60),
    ],
    ['the reset', 403, 'API rate limit exceeded for installation ID 1.', resetIn(1800), seconds(1801)],
    [
      "the reset by GitHub's clock, which is five minutes behind",
      403,
      'API rate limit exceeded.',
      { ...resetIn(60 - 300), date: new Date(noon - seconds(300)).toUTCString() },
      seconds(61),
    ],
    ['a reset that has passed', 429, 'API rate limit exceeded.', resetIn(-10), seconds(1)],
    ['a minute where it does not say', 403, 'You have exceeded a secondary rate limit.', {}, seconds(60)],
    ['a minute where it does not say at all', 429, '', {}, seconds(60)],
    ['no limit: it may not', 403, 'Resource not accessible by integration', {}, undefined],
    ['no limit: the last call was used up', 404, 'Not Found', resetIn(1800), undefined],
  ])('%s', (_, status, message, headers, wait) => {
    const again = takesCallsAgainAt({ status, message, headers }, noon);
    expect(again).toBe(wait === undefined ? undefined : noon + wait);
  });
});

test('a limit of GraphQL stands in the body', () => {
  const data = { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded' }] };
  const answer = { status: 200, headers: resetIn(60) };
  expect(takesCallsAgainAt({ ...answer, data }, noon)).toBe(noon + seconds(61));
  expect(takesCallsAgainAt({ ...answer, data: { errors: [{ type: 'NOT_FOUND' }] } }, noon)).toBeUndefined();
  expect(takesCallsAgainAt({ ...answer, data: { data: {} } }, noon)).toBeUndefined();
});

describe('a client', () => {
  const [owner, repo] = ['acme', 'access'];
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterEach(() => {
    stage.world.faults(null);
    stage.later(60);
  });
  afterAll(() => stage.close());

  test.each(['primary-limit', 'secondary-limit'] as const)(
    'fails at once at a %s, and asks no more until it is over',
    async (kind) => {
      const { world, traffic, repository } = stage;
      world.faults({ requests: [{ at: /graphql$/, fault: { kind, status: 403, retryAfter: 90 } }] });
      await expect(readPull(repository, 1)).rejects.toThrow(/^GitHub takes no more calls before 2026-/);
      traffic.forget();
      stage.later(1);
      await expect(readPull(repository, 1)).rejects.toBeInstanceOf(LimitReached);
      expect(traffic.calls).toEqual([]);
      stage.later(1);
      expect(await readPull(repository, 1)).toBeNull();
    },
  );

  /** The repository, opened by a client that paces itself. */
  async function openPaced(): Promise<RequestsRepository> {
    const { id: appId, privateKey, webhookSecret } = stage.world.app;
    const { id, branch, octokit } = stage.repository;
    const probot = new Probot({
      appId,
      privateKey,
      secret: webhookSecret,
      baseUrl: octokit.request.endpoint.DEFAULTS.baseUrl,
      Octokit: clientClass({ throttled: true, now: () => noon }),
      log: pino({ level: 'silent' }),
    });
    return openRepository(probot, appId, { id, owner, repo, branch });
  }

  test.each([
    ['REST', /\/pulls/, ({ octokit }: RequestsRepository) => octokit.rest.pulls.list({ owner, repo })],
    ['GraphQL', /graphql$/, (repository: RequestsRepository) => readPull(repository, 1)],
  ])('paces itself as GitHub asks, and does not wait for a limit of %s to pass', async (_, at, call) => {
    const repository = await openPaced();
    // It would be tried again after an hour.
    const fault = { kind: 'primary-limit', status: 429, retryAfter: 3600 } as const;
    stage.world.faults({ requests: [{ at, times: 9, fault }] });
    await expect(call(repository)).rejects.toBeInstanceOf(LimitReached);
  });

  test('lets a second pass between writes, and keeps no query waiting', async () => {
    const repository = await openPaced();
    const done: string[] = [];
    const labels = ['one', 'two'].map(async (name) => {
      await repository.octokit.rest.issues.createLabel({ owner, repo, name, color: '000000' });
      done.push(name);
    });
    for (let asked = 0; asked < 3; asked += 1) await readPull(repository, 1);
    done.push('asked');
    await Promise.all(labels);
    expect(done.at(-1)).toBe('two');
    expect(done.toSorted()).toEqual(['asked', 'one', 'two']);
  });
});
