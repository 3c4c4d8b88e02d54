import { afterAll, beforeAll, expect, test } from 'vitest';
import { heldRemovals, holdBack } from '../../src/database/removals.ts';
import { confirmRemoval } from '../../src/jobs/confirm-removal.ts';
import { takeFromLeavers } from '../../src/jobs/tasks.ts';
import { entries, requestsFile, type Entry } from './acme-access.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 12, config: { removalLimit: { count: 1, share: 0.5 } } });
});
afterAll(() => acme.close());

const held = async () =>
  (await heldRemovals(acme.database.db)).map(({ grant }) => `${grant.holder.name} ${grant.resource}`);

const kinds = async () => (await acme.events()).map(({ kind }) => kind);

/** What mona gets by one pull request. */
async function obtainsAll(...asked: readonly Entry[]): Promise<void> {
  const pull = await acme.proposes('mona', { [requestsFile]: entries(...asked) });
  await acme.approves('ada', pull);
  await acme.merges('mona', pull);
}

test('what one step would end beyond the limit waits for a person, and stays where its entry stands again', async () => {
  const [one, two, three, moved] = ['', '', '', ''].map(() => acme.freshResource());
  await obtainsAll(...[one, two, three].map((resource = '') => ({ resource })));
  expect(await acme.holds('mona', `${three}`)).toBe(true);

  // What the same step asks for goes on: nobody approved it, so it is taken out.
  await acme.pushes('grace', 'main', { [requestsFile]: entries({ resource: `${moved}` }) });
  expect(await held()).toEqual([`mona ${one}`, `mona ${two}`, `mona ${three}`]);
  expect(await acme.holds('mona', `${one}`)).toBe(true);
  expect(await acme.onMain(requestsFile)).toBe('requests: []\n');
  const metrics = await fetch(`${acme.app().url}/metrics`).then((answer) => answer.text());
  expect(metrics).toContain('countersign_removals_held 3\n');

  // A restart changes nothing, and one that ends alone is no mass removal.
  await acme.whileStopped(() => undefined);
  const refusals = (await kinds()).filter((kind) => kind === 'grant-refused').length;
  await acme.pushes('grace', 'main', { [requestsFile]: entries({ resource: `${one}` }) });
  expect(await held()).toEqual([`mona ${two}`, `mona ${three}`]);
  expect((await kinds()).filter((kind) => kind === 'grant-refused')).toHaveLength(refusals);
  expect(await acme.onMain(requestsFile)).toBe(entries({ resource: `${one}` }));
  // Put back and asking for more, it is neither what was granted nor approved.
  await acme.pushes('grace', 'main', {
    [requestsFile]: entries({ resource: `${one}` }, { resource: `${two}`, duration: '8h' }),
  });
  expect(await held()).toEqual([`mona ${two}`, `mona ${three}`]);
  expect(await acme.onMain(requestsFile)).toBe(entries({ resource: `${one}` }));

  const { removal } = (await heldRemovals(acme.database.db))[0] ?? { removal: 0 };
  const { parts } = acme.app();
  expect(await confirmRemoval(parts, removal + 1)).toEqual([]);
  expect(await confirmRemoval(parts, removal)).toHaveLength(2);
  expect(await confirmRemoval(parts, removal)).toEqual([]);
  await acme.settled();
  expect(await held()).toEqual([]);
  expect(await acme.holds('mona', `${one}`)).toBe(true);
  expect(await acme.grants('mona', `${two}`)).toMatchObject([{ state: 'revoked', endedBecause: 'returned' }]);
  expect(await acme.holds('mona', `${three}`)).toBe(false);
  await acme.pushes('grace', 'main', { [requestsFile]: null });
  expect(await acme.holds('mona', `${one}`)).toBe(false);
  expect((await acme.verified()).discrepancies).toEqual([]);
});

test('what did not begin is never held back, and what is held back never begins', async () => {
  const starts = new Date(acme.clock.now() + 60 * 60_000).toISOString();
  const [one, two, three, other] = [1, 2, 3, 4].map(() => acme.freshResource());
  await obtainsAll(...[one, two, three].map((resource = '') => ({ resource, starts })));
  await acme.obtains({ resource: `${other}`, starts });
  const { length: before } = await acme.events();
  await acme.pushes('grace', 'main', { [requestsFile]: null });
  await holdBack(acme.database.db, 1, 'returned', await acme.grants('mona', `${other}`));
  await acme.later(61);
  const since = (await acme.events()).slice(before).map(({ kind }) => kind);
  expect(since).not.toContain('removal-held');
  expect(since).not.toContain('access-granted');
  for (const resource of [one, two, three, other]) {
    expect(await acme.grants('mona', `${resource}`)).toMatchObject([{ state: 'revoked', grantedAt: null }]);
    expect(await acme.holds('mona', `${resource}`)).toBe(false);
  }
  expect(since.filter((kind) => kind === 'grant-refused')).toHaveLength(1);
});

test('one person who leaves loses everything', async () => {
  const all = [1, 2, 3].map(() => acme.freshResource());
  await obtainsAll(...all.map((resource) => ({ resource })));
  for (const resource of all) expect(await acme.holds('mona', resource)).toBe(true);
  await acme.world.people.leave('mona');
  await acme.settled();
  expect(await held()).toEqual([]);
  for (const resource of all) expect(await acme.holds('mona', resource)).toBe(false);
});

test('the same where many left at once; what is held back ends when its time is up', async () => {
  const resource = acme.freshResource();
  for (const user of ['nick', 'lars'])
    await acme.obtains({ user, resource }, { file: `access-requests/${user}.yaml` });
  await acme.whileStopped(async () => {
    await acme.world.people.leave('nick');
    await acme.world.people.leave('lars');
  });
  const looks = async () => {
    const { queue, db } = acme.app().parts;
    await queue.send(db, takeFromLeavers(acme.world.repository.id, 'told'));
    await acme.settled();
  };
  await looks();
  await looks();
  expect(await held()).toEqual([`lars ${resource}`, `nick ${resource}`]);
  expect((await kinds()).filter((kind) => kind === 'removal-held')).toHaveLength(2);
  expect(await acme.holds('nick', resource)).toBe(true);
  await acme.later(241);
  expect(await acme.holds('nick', resource)).toBe(false);
  expect(await held()).toEqual([]);
});
