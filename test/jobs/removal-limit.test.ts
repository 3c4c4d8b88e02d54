import { afterAll, beforeAll, expect, test } from 'vitest';
import { heldRemovals } from '../../src/database/removals.ts';
import { confirmRemoval } from '../../src/jobs/confirm-removal.ts';
import { takeFromLeavers } from '../../src/jobs/tasks.ts';
import { entries, requestsFile } from './acme-access.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 5, config: { removalLimit: { count: 1, share: 0.5 } } });
});
afterAll(() => acme.close());

const held = async () =>
  (await heldRemovals(acme.database.db)).map(({ grant }) => `${grant.holder.name} ${grant.resource}`);

const kinds = async () => (await acme.events()).map(({ kind }) => kind);

test('what one step would end beyond the limit waits for a person, and stays where its entry stands again', async () => {
  const [one, two, three, moved] = ['', '', '', ''].map(() => acme.freshResource());
  const asked = [one, two, three].map((resource = '') => ({ resource }));
  const pull = await acme.proposes('mona', { [requestsFile]: entries(...asked) });
  await acme.approves('ada', pull);
  await acme.merges('mona', pull);
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
    await queue.send(db, takeFromLeavers(acme.world.repository.id));
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
