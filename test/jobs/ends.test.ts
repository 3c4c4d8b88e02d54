import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 8 });
});
afterAll(() => acme.close());

const hours = 60 * 60_000;

/** How long the only grant in force lasts, in hours; null: there is none. */
async function lasts(resource: string): Promise<number | null> {
  const grant = (await acme.grants('mona', resource)).find(({ state }) => state === 'active');
  return grant ? (grant.expiresAt - grant.startsAt) / hours : null;
}

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

  test('moves with an approved extension, and not beyond the longest time in one piece', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.obtains({ resource });
    await acme.later(60);
    const extension = await acme.proposes('mona', { [file]: entries({ resource, duration: '8h' }) });
    await acme.approves('ada', extension);
    await acme.merges('mona', extension);
    expect(await lasts(resource)).toBe(8);
    expect(await acme.comments(extension)).toEqual([]);

    await acme.later(6 * 60);
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
