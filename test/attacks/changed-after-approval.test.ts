import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { comesToNothing, hearsOf, notCounting, reviewsOf } from './attack.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 8 });
});
afterAll(() => acme.close());

const files = (resource: string, duration = '8h') => ({
  [fileOf({ resource })]: entries({ resource, duration }),
});

/** A pull request for one hour, approved by ada. */
async function approved(resource: string): Promise<PullJson> {
  const pull = await acme.asks({ resource, duration: '1h' });
  await acme.approves('ada', pull);
  return pull;
}

/** The same, without the app hearing of the approval yet. */
async function approvedUnheard(resource: string): Promise<PullJson> {
  const pull = await acme.asks({ resource, duration: '1h' });
  acme.world.faults({ webhooks: [{ at: /^pull_request_review\.submitted/, fault: { kind: 'lost' } }] });
  await acme.approves('ada', pull);
  acme.world.faults(null);
  return pull;
}

describe('asks for an hour, has it approved, and then', () => {
  test('pushes eight', async () => {
    const resource = acme.freshResource();
    const pull = await approved(resource);
    await acme.pushes('mona', pull.head.ref, files(resource));
    expect(await notCounting(acme, pull)).toContain('- @ada approved other content');
    await comesToNothing(acme, pull, { resource });
  });

  test('pushes eight by force, so that GitHub moves the review to the new commit', async () => {
    const resource = acme.freshResource();
    const pull = await approved(resource);
    const head = await acme.pushes('mona', pull.head.ref, files(resource), { forceFrom: 'main' });
    expect(await reviewsOf(acme, pull)).toMatchObject([{ state: 'APPROVED', commit_id: head }]);
    expect(await notCounting(acme, pull)).toContain('- @ada approved other content');
    await comesToNothing(acme, pull, { resource });
  });

  test('pushes eight by force, before the approval is heard of, late and after an edit of its text', async () => {
    const resource = acme.freshResource();
    const pull = await approvedUnheard(resource);
    const head = await acme.pushes('mona', pull.head.ref, files(resource), { forceFrom: 'main' });
    const [review] = await reviewsOf(acme, pull);
    expect(review).toMatchObject({ state: 'APPROVED', commit_id: head });
    await hearsOf(acme, pull, 'edited', { id: review?.id, commit_id: head });
    await hearsOf(acme, pull, 'submitted', { id: review?.id, commit_id: pull.head.sha });
    expect(await notCounting(acme, pull)).toContain('- @ada approved content that was not recorded in time');
    await comesToNothing(acme, pull, { resource });
  });

  test('pushes it away by force, and back with eight', async () => {
    const resource = acme.freshResource();
    const pull = await approved(resource);
    await acme.pushes('mona', pull.head.ref, { 'notes.txt': 'one\n' }, { forceFrom: 'main' });
    await acme.pushes('mona', pull.head.ref, files(resource), { forceFrom: pull.head.sha });
    expect(await notCounting(acme, pull)).toContain('- @ada approved other content');
    await comesToNothing(acme, pull, { resource });
  });
});

describe('has it approved', () => {
  test('against another branch, and retargets it', async () => {
    const resource = acme.freshResource();
    const mona = acme.world.person('mona');
    await mona.writesFiles('aside', { 'notes.txt': 'one\n' });
    const pull = await mona.opensPullRequest({
      title: 'Aside',
      branch: 'mona/aside',
      base: 'aside',
      files: files(resource, '1h'),
    });
    await acme.approves('ada', pull);
    await mona.request('PATCH', `/repos/acme/access/pulls/${pull.number}`, { base: 'main' });
    await acme.settled();
    expect(await notCounting(acme, pull)).toContain('- @ada approved content that was not recorded in time');
    await comesToNothing(acme, pull, { resource });
  });

  test('in another pull request of the same commit, to another branch', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    const mona = acme.world.person('mona');
    const other = await mona.opensPullRequest({ title: 'Same', branch: pull.head.ref, base: 'aside' });
    await acme.settled();
    await acme.approves('ada', other);
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
    await comesToNothing(acme, pull, { resource });
  });

  test('in another pull request of the same commit, which somebody else opened', async () => {
    const resource = acme.freshResource();
    const hers = await acme.asks({ resource });
    const { status } = await acme.world.person('nick').request('POST', '/repos/acme/access/git/refs', {
      ref: 'refs/heads/nick/same',
      sha: hers.head.sha,
    });
    expect(status).toBe(201);
    const his = await acme.world.person('nick').opensPullRequest({ title: 'Same', branch: 'nick/same' });
    await acme.settled();
    await acme.approves('ada', his);
    expect(await reviewsOf(acme, his)).toMatchObject([{ state: 'APPROVED' }]);
    expect(await notCounting(acme, hers)).toBe('');
    await comesToNothing(acme, hers, { resource });
  });
});
