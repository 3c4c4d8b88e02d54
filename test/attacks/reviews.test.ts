import { Octokit } from '@octokit/rest';
import { createAppAuth } from '@octokit/auth-app';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { openAcme, type Acme } from '../jobs/acme.ts';
import { comesToNothing, notCounting } from './attack.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 2 });
});
afterAll(() => acme.close());

/** An app of somebody's, which may review. */
async function installHelper(): Promise<Octokit> {
  const { id, privateKey, installationId } = await acme.world.installApp({
    slug: 'helper',
    permissions: { pull_requests: 'write' },
    events: [],
  });
  return new Octokit({
    baseUrl: acme.githubUrl,
    authStrategy: createAppAuth,
    auth: { appId: id, privateKey, installationId },
  });
}

async function dismissApprovals({ number }: PullJson): Promise<void> {
  const url = `/repos/acme/access/pulls/${number}/reviews`;
  const grace = acme.world.person('grace');
  const { data } = await grace.request<{ id: number; state: string }[]>('GET', url);
  for (const { id, state } of data)
    if (state === 'APPROVED') await grace.dismisses(number, id, 'Asked elsewhere');
  await acme.settled();
}

test('collects the approvals of an app, of who owns nothing and of an owner whose review was dismissed', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  const helper = await installHelper();
  await acme.approves('dora', pull);
  await dismissApprovals(pull);
  for (const who of ['nick', 'petra']) await acme.world.person(who).approves(pull.number);
  await acme.world.person('ada').reviews(pull.number, 'COMMENT', 'Approved, LGTM, :+1:');
  await helper.pulls.createReview({
    owner: 'acme',
    repo: 'access',
    pull_number: pull.number,
    event: 'APPROVE',
  });
  await acme.settled();
  expect((await notCounting(acme, pull)).split('\n').filter((line) => line.startsWith('-'))).toEqual([
    '- @dora gave a review that was dismissed',
    '- @nick owns none of the files and is in no group that the policy names',
    '- @petra owns none of the files and is in no group that the policy names',
    '- @helper[bot] is a bot, and bots approve nothing',
  ]);
  await comesToNothing(acme, pull, { resource });
});

test('has it approved, and merges it when that has lapsed', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ conclusion: 'success' });
  await acme.later(7 * 24 * 60);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
  expect((await acme.merges('mona', pull)).status).toBe(405);
  await comesToNothing(acme, pull, { resource });
});
