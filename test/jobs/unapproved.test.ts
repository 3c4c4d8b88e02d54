import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 15 });
});
afterAll(() => acme.close());

const hours = 60 * 60_000;

/** How long the only grant in force lasts, in hours; null: there is none. */
async function lasts(resource: string): Promise<number | null> {
  const grant = (await acme.grants('mona', resource)).find(({ state }) => state === 'active');
  return grant ? (grant.expiresAt - grant.startsAt) / hours : null;
}

describe('what reached the default branch without approval gives nothing and is taken out again', () => {
  test("an administrator's bypass", async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    expect((await acme.merges('mona', pull)).status).toBe(405);
    expect((await acme.merges('grace', pull)).status).toBe(200);
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
    expect(await acme.comments(pull)).toEqual([expect.stringContaining('**Nothing was granted.**')]);
  });

  test('a direct push', async () => {
    const resource = acme.freshResource();
    await acme.pushes('grace', 'main', { [fileOf({ resource })]: entries({ resource }) });
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
    expect((await acme.events()).at(-1)).toMatchObject({ kind: 'revert-merged' });
  });

  test('an entry that a direct push slipped in beside an approved one, which is granted', async () => {
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

  test('a request for somebody else', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource, user: 'nick' }, { by: 'mona' });
    expect(await acme.check(pull)).toMatchObject({
      conclusion: 'failure',
      annotations: [{ code: 'not-a-principal' }],
    });
    await acme.approves('ada', pull);
    await acme.merges('grace', pull);
    expect(await acme.grants('nick', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  });

  test('a commit that came back by force after it was granted and taken out', async () => {
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
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  });
});

test('a merge that an administrator pushed by hand counts as the pull request that it merges', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  const [tip, tree] = await Promise.all(
    ['main', `${pull.head.sha}^{tree}`].map(async (name) => (await acme.world.git('rev-parse', name)).trim()),
  );
  const merge = await acme.world.person('grace').request('POST', '/repos/acme/access/git/commits', {
    message: 'Merge by hand',
    tree,
    parents: [tip, pull.head.sha],
  });
  await acme.world
    .person('grace')
    .request('PATCH', '/repos/acme/access/git/refs/heads/main', { sha: merge.data['sha'] });
  await acme.settled();
  expect(await acme.pull(pull.number)).toMatchObject({ merged: true });
  expect(await lasts(resource)).toBe(4);
});

describe('the end of a grant', () => {
  test('stays where it is when an entry is made longer without approval, and moves when it is made shorter', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    const pull = await acme.obtains({ resource });
    await acme.pushes('grace', 'main', { [file]: entries({ resource, duration: '8h' }) });
    expect(await lasts(resource)).toBe(4);
    // What was approved stands in the file again, too.
    expect((await acme.events()).at(-1)).toMatchObject({ kind: 'revert-merged' });
    expect(await acme.onMain(file)).toBe(entries({ resource }));
    await acme.pushes('grace', 'main', { [file]: entries({ resource, duration: '2h' }) });
    expect(await lasts(resource)).toBe(2);
    expect((await acme.told(pull)).at(-1)).toMatchObject({ kind: 'end-moved' });
    await acme.later(121);
    expect(await acme.holds('mona', resource)).toBe(false);
  });

  test('moves with an approved extension, never with a correction of the reason, and not beyond the longest time in one piece', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.obtains({ resource });
    await acme.later(60);
    const correction = await acme.proposes('mona', {
      [file]: entries({ resource, reason: 'INC-1: look again' }),
    });
    await acme.approves('ada', correction);
    await acme.merges('mona', correction);
    expect(await lasts(resource)).toBe(4);

    await acme.later(60);
    const longer = { resource, reason: 'INC-1: look again', duration: '8h' };
    const extension = await acme.proposes('mona', { [file]: entries(longer) });
    await acme.approves('ada', extension);
    await acme.merges('mona', extension);
    expect(await lasts(resource)).toBe(8);
    expect(await acme.comments(extension)).toEqual([]);

    await acme.later(5 * 60);
    const [grant] = await acme.grants('mona', resource);
    const until = new Date((grant?.startsAt ?? 0) + 12.5 * hours).toISOString();
    const tooLong = await acme.proposes('mona', {
      [file]: entries({ resource, until, reason: 'INC-1: more' }),
    });
    expect(await acme.check(tooLong)).toMatchObject({ annotations: [{ code: 'continuous-too-long' }] });
  });

  test('is held against the start that an edit gives what has not begun', async () => {
    const resource = acme.freshResource();
    const tomorrow = acme.clock.now() + 24 * hours;
    const starts = new Date(tomorrow).toISOString();
    const until = new Date(tomorrow + hours).toISOString();
    await acme.obtains({ resource, starts, until });
    const [scheduled] = await acme.grants('mona', resource);
    const earlier = await acme.proposes('mona', { [fileOf({ resource })]: entries({ resource, until }) });
    expect(await acme.check(earlier)).toMatchObject({ annotations: [{ code: 'duration-too-long' }] });
    await acme.approves('ada', earlier);
    await acme.merges('grace', earlier);
    expect(await acme.holds('mona', resource)).toBe(false);
    expect(await acme.grants('mona', resource)).toEqual([scheduled]);
  });

  test('stays when the entry moves to another file with the approval of both owners', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.obtains({ resource });
    const [before] = await acme.grants('mona', resource);
    const move = await acme.proposes('mona', {
      [file]: null,
      [`access-requests/other/${resource}.yaml`]: entries({ resource }),
    });
    await acme.approves('ada', move);
    await acme.merges('mona', move);
    const [after] = await acme.grants('mona', resource);
    expect(after).toMatchObject({ id: before?.id, state: 'active', expiresAt: before?.expiresAt });
    await acme.later(241);
    expect(await acme.holds('mona', resource)).toBe(false);
    expect(await acme.onMain(`access-requests/other/${resource}.yaml`)).toBe('requests: []\n');
  });
});

describe('taking an entry out', () => {
  test('needs nobody, whoever does it, and ends the access', async () => {
    const resource = acme.freshResource();
    const first = await acme.obtains({ resource });
    const removal = await acme.proposes('nick', { [fileOf({ resource })]: null });
    expect(await acme.check(removal, 'access/approval')).toMatchObject({
      conclusion: 'success',
      title: 'Giving access back needs no approval',
    });
    await acme.merges('grace', removal);
    expect(await acme.holds('mona', resource)).toBe(false);
    expect(await acme.grants('mona', resource)).toMatchObject([
      { state: 'revoked', endedBecause: 'returned' },
    ]);
    expect(await acme.comments(first)).toEqual([expect.stringContaining('it was given back')]);
  });

  test('and asking again after the end is a new request', async () => {
    const resource = acme.freshResource();
    await acme.obtains({ resource, duration: '1h' });
    await acme.later(61);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
    await acme.obtains({ resource, duration: '1h' });
    expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active' }, { state: 'revoked' }]);
  });

  test('and asking again while it is still being taken back is granted as well', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    const mona = acme.world.person('mona');
    await acme.obtains({ resource });
    acme.target.goesDown();
    await acme.world.person('grace').writesFiles('main', { [file]: null });
    await eventually(async () => (await acme.grants('mona', resource))[0]?.state === 'revoking');

    await mona.writesFiles('mona/anew', { [file]: entries({ resource, reason: 'INC-2: again' }) });
    const anew = await mona.opensPullRequest({ title: 'Again', branch: 'mona/anew' });
    await eventually(async () => (await conclusion(anew, 'access/policy')) === 'success');
    await acme.world.person('ada').approves(anew.number);
    await eventually(async () => (await conclusion(anew, 'access/approval')) === 'success');
    await mona.merges(anew.number);
    await eventually(async () => (await acme.grants('mona', resource)).length === 2);
    acme.target.comesBack();
    await acme.settled();
    expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active' }, { state: 'revoked' }]);
    expect(await acme.holds('mona', resource)).toBe(true);
    expect(await acme.onMain(file)).toBe(entries({ resource, reason: 'INC-2: again' }));
  });
});

async function conclusion(pull: PullJson, name: 'access/policy' | 'access/approval'): Promise<string | null> {
  return acme.check(pull, name).then(
    (check) => check.conclusion,
    () => null,
  );
}
