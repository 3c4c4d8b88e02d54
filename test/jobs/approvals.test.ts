import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 7 });
});
afterAll(() => acme.close());

async function approval(pull: PullJson) {
  return acme.check(pull, 'access/approval');
}

describe('an approval is bound to what is asked', () => {
  const resource = 'db-7';
  const file = fileOf({ resource });
  const said = { resource, duration: '4h' };

  let pull: PullJson;
  beforeAll(async () => {
    pull = await acme.proposes('mona', { [file]: entries(said) });
    await acme.approves('ada', pull);
  });

  test.each([
    ['a comment', `# for the incident\n${entries(said)}`],
    ['other quoting', entries(said).replace('"INC-1: look"', "'INC-1: look'")],
    ['the same duration in minutes', entries({ ...said, duration: '240m' })],
  ])('and counts on after a push of %s', async (_, text) => {
    await acme.pushes('mona', pull.head.ref, { [file]: text });
    expect(await approval(pull)).toMatchObject({ conclusion: 'success', title: 'Approved by @ada' });
  });

  test('and counts on after an update from the base and a rebase', async () => {
    const moved = await acme.pushes('grace', 'main', { 'README.md': 'one\n' });
    const update = await acme.world
      .person('mona')
      .request('PUT', `/repos/acme/access/pulls/${pull.number}/update-branch`, {});
    expect(update.status).toBe(202);
    await acme.settled();
    expect(await approval(pull)).toMatchObject({ conclusion: 'success' });
    await acme.pushes('mona', pull.head.ref, { [file]: entries(said) }, { forceFrom: moved });
    expect(await approval(pull)).toMatchObject({ conclusion: 'success' });
  });

  test.each([
    ['duration', { ...said, duration: '5h' }],
    ['reason', { ...said, reason: 'INC-2: look' }],
    ['user', { ...said, user: 'nick' }],
  ])('and is void after a push of another %s, until that is taken back', async (_, changed) => {
    await acme.pushes('mona', pull.head.ref, { [file]: entries(changed) });
    expect((await approval(pull)).status).toBe('in_progress');
    await acme.pushes('mona', pull.head.ref, { [file]: entries(said) });
    expect((await approval(pull)).conclusion).toBe('success');
  });
});

test('a veto blocks until it is lifted', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.world.person('dora').reviews(pull.number, 'REQUEST_CHANGES', 'why?');
  await acme.approves('ada', pull);
  expect(await approval(pull)).toMatchObject({ status: 'in_progress', title: '@dora requested changes' });
  await acme.approves('dora', pull);
  expect(await approval(pull)).toMatchObject({ conclusion: 'success' });
});

test('an approval after the merge comes too late', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.whileStopped(async () => {
    await acme.world.person('grace').merges(pull.number);
    acme.clock.advanceTo(acme.clock.now() + 60_000);
  });
  await acme.approves('ada', pull);
  await acme.pushes('grace', 'main', { 'README.md': 'two\n' });
  expect(await acme.holds('mona', resource)).toBe(false);
  expect((await acme.told(pull)).map(({ subject }) => subject)).toEqual([
    `mona gets nothing: reader on ${resource} was refused, since it was merged without the approval of @acme/data-owners`,
  ]);
});

test('who approves and deletes the branch after the merge has not contributed to it', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  await acme.whileStopped(async () => {
    await acme.world.person('ada').merges(pull.number);
    await acme.world.person('ada').request('DELETE', `/repos/acme/access/git/refs/heads/${pull.head.ref}`);
  });
  await acme.pushes('grace', 'main', { 'README.md': 'three\n' });
  expect(await acme.holds('mona', resource)).toBe(true);
});

test('pull requests that share a head share the worst result, until one of them goes', async () => {
  const resource = acme.freshResource();
  const hers = await acme.asks({ resource });
  const { data } = await acme.world
    .person('nick')
    .request('POST', '/repos/acme/access/git/refs', { ref: 'refs/heads/nick/same', sha: hers.head.sha });
  expect(data).toMatchObject({ ref: 'refs/heads/nick/same' });
  const his = await acme.world.person('nick').opensPullRequest({ title: 'The same', branch: 'nick/same' });
  await acme.settled();
  const shared = await acme.check(hers);
  expect(shared).toMatchObject({ conclusion: 'failure', title: `#${his.number}: 1 violation` });
  expect(shared.summary).toContain(`the head of #${hers.number} and #${his.number}`);
  await acme.world.person('nick').closes(his.number);
  await acme.settled();
  expect(await acme.check(hers)).toMatchObject({ conclusion: 'success' });
});
