import { Octokit } from '@octokit/rest';
import { createAppAuth } from '@octokit/auth-app';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';
import { protectMain } from '../jobs/stage.ts';
import { landsTogether } from './attack.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 18 });
});
afterAll(() => acme.close());

const hours = 60 * 60_000;
const empty = 'requests: []\n';

/** Merges a pull request without asking GitHub to: by a commit that is pushed to the branch. */
async function mergesByHand(who: string, { head }: PullJson): Promise<void> {
  const [tip, tree] = await Promise.all(
    ['main', `${head.sha}^{tree}`].map(async (name) => (await acme.world.git('rev-parse', name)).trim()),
  );
  const person = acme.world.person(who);
  const { data } = await person.request('POST', '/repos/acme/access/git/commits', {
    message: 'Merge by hand',
    tree,
    parents: [tip, head.sha],
  });
  const { status } = await person.request('PATCH', '/repos/acme/access/git/refs/heads/main', {
    sha: data['sha'],
  });
  expect(status).toBe(200);
  await acme.settled();
}

describe('merges what nobody approved', () => {
  test("with an administrator's bypass", async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    expect((await acme.merges('mona', pull)).status).toBe(405);
    expect((await acme.merges('grace', pull)).status).toBe(200);
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
    expect(await acme.comments(pull)).toEqual([expect.stringContaining('**Nothing was granted.**')]);
  });

  test('for somebody else', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource, user: 'nick' }, { by: 'mona' });
    expect(await acme.check(pull)).toMatchObject({
      conclusion: 'failure',
      annotations: [{ code: 'not-a-principal' }],
    });
    await acme.approves('ada', pull);
    await acme.merges('grace', pull);
    expect(await acme.grants('nick', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
  });

  test('by a merge commit of their own hand, which grants only what was approved', async () => {
    const [approved, bare] = [acme.freshResource(), acme.freshResource()];
    const asked = await acme.asks({ resource: approved });
    await acme.approves('ada', asked);
    await mergesByHand('grace', asked);
    expect(await acme.pull(asked.number)).toMatchObject({ merged: true });
    expect(await acme.holds('mona', approved)).toBe(true);

    await mergesByHand('grace', await acme.asks({ resource: bare }));
    expect(await acme.grants('mona', bare)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource: bare }))).toBe(empty);
  });

  test('behind a check that another app forged', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    const { id, privateKey, installationId } = await acme.world.installApp({
      slug: 'forger',
      permissions: { checks: 'write' },
      events: [],
    });
    const forger = new Octokit({
      baseUrl: acme.githubUrl,
      authStrategy: createAppAuth,
      auth: { appId: id, privateKey, installationId },
    });
    acme.world.protect('main', { requiredChecks: [{ context: 'access/approval' }] });
    await forger.checks.create({
      owner: 'acme',
      repo: 'access',
      name: 'access/approval',
      head_sha: pull.head.sha,
      conclusion: 'success',
      output: { title: 'Approved by @ada', summary: '' },
    });
    expect((await acme.merges('mona', pull)).status).toBe(200);
    protectMain(acme.world);
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.holds('mona', resource)).toBe(false);
    expect((await acme.told(pull)).at(-1)?.subject).toContain(
      'merged without the approval of @acme/data-owners',
    );
  });
});

describe('pushes to the default branch', () => {
  test('an entry', async () => {
    const resource = acme.freshResource();
    await acme.pushes('grace', 'main', { [fileOf({ resource })]: entries({ resource }) });
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
    expect((await acme.events()).at(-1)).toMatchObject({ kind: 'revert-merged' });
  });

  test('an entry beside an approved one, which is granted', async () => {
    const [asked, slipped] = [acme.freshResource(), acme.freshResource()];
    const pull = await acme.asks({ resource: asked });
    await acme.approves('ada', pull);
    await acme.whileStopped(async () => {
      await acme.world.person('mona').merges(pull.number);
      await acme.world.person('grace').writesFiles('main', {
        [fileOf({ resource: asked })]: entries({ resource: asked }, { resource: slipped }),
      });
    });
    await acme.pushes('grace', 'main', { 'README.md': 'one\n' });
    expect([await acme.holds('mona', asked), await acme.holds('mona', slipped)]).toEqual([true, false]);
    expect(await acme.onMain(fileOf({ resource: asked }))).toBe(entries({ resource: asked }));
  });

  test('a commit that was granted and taken out before, by force', async () => {
    const resource = acme.freshResource();
    await acme.obtains({ resource });
    const granted = (await acme.world.git('rev-parse', 'main')).trim();
    await acme.pushes('grace', 'main', { [fileOf({ resource })]: null });
    expect(await acme.holds('mona', resource)).toBe(false);
    const { status } = await acme.world
      .person('grace')
      .request('PATCH', '/repos/acme/access/git/refs/heads/main', { sha: granted, force: true });
    expect(status).toBe(200);
    await acme.settled();
    expect(await acme.holds('mona', resource)).toBe(false);
    expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
  });
});

describe('lands two at once, of which one was approved,', () => {
  test('as a stack, whose upper one was approved against the lower one', async () => {
    const [below, above] = [acme.freshResource(), acme.freshResource()];
    const mona = acme.world.person('mona');
    const lower = await acme.proposes(
      'mona',
      { [fileOf({ resource: below })]: entries({ resource: below }) },
      'lower',
    );
    await mona.writesFiles(
      'upper',
      { [fileOf({ resource: above })]: entries({ resource: above }) },
      'Upper',
      {
        from: 'lower',
      },
    );
    const upper = await mona.opensPullRequest({ title: 'Upper', branch: 'upper', base: 'lower' });
    for (const pull of [lower, upper]) await acme.approves('ada', pull);
    // No bypass helps a stack: it lands where no check is asked for.
    acme.world.protect('main', {});
    const { data } = await mona.landsStack([lower.number, upper.number]);
    expect(data).toMatchObject({ status: 'merged' });
    protectMain(acme.world);
    await acme.settled();
    expect(await acme.pull(upper.number)).toMatchObject({ merged: true, base: { ref: 'main' } });
    expect([await acme.holds('mona', below), await acme.holds('mona', above)]).toEqual([true, false]);
    expect(await acme.grants('mona', above)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource: above }))).toBe(empty);
  });

  test('as a group of a merge queue', async () => {
    const [approved, bare] = [acme.freshResource(), acme.freshResource()];
    const pulls = [await acme.asks({ resource: approved }), await acme.asks({ resource: bare })];
    await acme.approves('ada', pulls[0] as PullJson);
    await landsTogether(acme, 'grace', ...pulls);
    expect(await acme.pull((pulls[1] as PullJson).number)).toMatchObject({ merged: true });
    expect([await acme.holds('mona', approved), await acme.holds('mona', bare)]).toEqual([true, false]);
    expect(await acme.grants('mona', bare)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource: bare }))).toBe(empty);
  });
});

describe('edits what was granted', () => {
  test('by two approved edits that git puts together to one that nobody approved', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    const tomorrow = acme.clock.now() + 24 * hours;
    const text = (starts: number, duration: string) => `requests:
  - starts: ${new Date(starts).toISOString()}
    user: mona
    resource: ${resource}
    role: reader
    reason: "INC-1: look"
    duration: ${duration}
`;
    for (const change of [text(tomorrow, '1h'), text(tomorrow, '8h')]) {
      const pull = await acme.proposes('mona', { [file]: change });
      await acme.approves('ada', pull);
      await acme.merges('mona', pull);
    }
    const granted = await acme.grants('mona', resource);
    const original = (await acme.world.git('rev-list', '-1', '--skip=1', 'main', '--', file)).trim();
    await acme.world
      .person('mona')
      .writesFiles('later', { [file]: text(tomorrow + hours, '1h') }, 'Later', { from: original });
    const later = await acme.world.person('mona').opensPullRequest({ title: 'Later', branch: 'later' });
    await acme.settled();
    await acme.approves('ada', later);
    expect((await acme.merges('mona', later)).status).toBe(200);
    expect((await acme.events()).slice(-3)).toMatchObject([
      { kind: 'grant-refused', details: { reason: 'no merged pull request asked for exactly this' } },
      { kind: 'revert-opened' },
      { kind: 'revert-merged' },
    ]);
    expect(await acme.grants('mona', resource)).toEqual(granted);
    expect(await acme.onMain(file)).toBe(text(tomorrow, '8h'));
  });

  test('again and again: each edit is put back once, and the end stays', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.obtains({ resource });
    const granted = await acme.grants('mona', resource);
    const before = (await acme.reverts()).length;
    await acme.pushes('grace', 'main', { [file]: entries({ resource, duration: '8h' }) });
    // Twice before the app could put it back: the second edit is one of what was refused.
    await acme.whileStopped(async () => {
      for (const duration of ['8h', '5h'])
        await acme.world.person('grace').writesFiles('main', { [file]: entries({ resource, duration }) });
    });
    await acme.pushes('grace', 'main', { 'README.md': 'three\n' });
    expect(await acme.grants('mona', resource)).toEqual(granted);
    expect(await acme.onMain(file)).toBe(entries({ resource }));
    const reverts = (await acme.reverts()).slice(before);
    expect(reverts).not.toContainEqual(expect.objectContaining({ state: 'open' }));
    expect(reverts.length).toBeLessThanOrEqual(3);
  });
});

test('pushes other content between the decision to merge and the merge', async () => {
  const resource = acme.freshResource();
  await acme.pushes('grace', 'main', { 'access-policies/settings.yaml': 'merge: when_approved\n' });
  await acme.adopts();
  const pull = await acme.asks({ resource, duration: '1h' });
  const struck = acme.world.faults({
    requests: [{ at: /^PUT .*\/merge$/, fault: { kind: 'slow', ms: 1000 } }],
  });
  await acme.world.person('ada').approves(pull.number);
  await eventually(async () => struck.length > 0);
  await acme.pushes('mona', pull.head.ref, { [fileOf({ resource })]: entries({ resource, duration: '8h' }) });
  expect(await acme.pull(pull.number)).toMatchObject({ merged: false });
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
  expect(await acme.grants('mona', resource)).toEqual([]);
  // What was approved is merged once it stands there again.
  await acme.pushes('mona', pull.head.ref, { [fileOf({ resource })]: entries({ resource, duration: '1h' }) });
  expect(await acme.holds('mona', resource)).toBe(true);
});
