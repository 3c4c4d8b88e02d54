import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertRevert, revertsUnderWay } from '../../src/database/reverts.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 4, sweeps: true });
});
afterAll(() => acme.close());

test('what no webhook told is found: a request, its merge, and who left', async () => {
  const [asked, merged, left] = [acme.freshResource(), acme.freshResource(), acme.freshResource()];
  await acme.obtains({ resource: left, user: 'nick' });
  const waiting = await acme.asks({ resource: merged });
  await acme.approves('ada', waiting);
  acme.world.faults({ seed: 1, webhooks: [{ at: /./, times: 1000, fault: { kind: 'lost' } }] });
  const pull = await acme.world.person('mona').opensPullRequest({
    title: 'Access',
    branch: 'unheard',
    files: { [fileOf({ resource: asked })]: entries({ resource: asked }) },
  });
  await acme.world.person('mona').merges(waiting.number);
  await acme.world.people.leave('nick');
  await acme.settled();
  expect(await acme.grants('mona', merged)).toEqual([]);
  expect(await acme.holds('nick', left)).toBe(true);

  await acme.later(6);
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
  expect(await acme.holds('mona', merged)).toBe(true);
  expect(await acme.holds('nick', left)).toBe(false);
  expect(await acme.grants('nick', left)).toMatchObject([{ state: 'revoked', endedBecause: 'left' }]);
});

test('reverts that nobody tends are found, each of them', async () => {
  const { db } = acme.database;
  const { id: repositoryId } = acme.world.repository;
  for (const resource of ['gone', 'gone-too'])
    await insertRevert(
      db,
      {
        repositoryId,
        reason: 'Its time is up.',
        grantId: null,
        key: `user:mona ${resource}:read-only`,
        file: fileOf({ resource }),
        sourcePull: null,
      },
      acme.clock.now(),
    );
  await acme.later(6);
  expect(await revertsUnderWay(db, repositoryId)).toEqual([]);
});

/** How each attempt at each webhook since the nth ended. */
function attempts(from: number): number[][] {
  const byGuid = Map.groupBy(acme.world.deliveries().slice(from), ({ id }) => id);
  return [...byGuid.values()].map((all) => all.map(({ status }) => status ?? -1));
}

test('deliveries that failed are asked for again, each once', async () => {
  const { world } = acme;
  world.faults(null);
  const pull = await acme.asks({ resource: acme.freshResource() });
  const goneFrom = world.deliveries().length;
  world.deliverTo('http://127.0.0.1:9/');
  await acme.approves('ada', pull);
  expect(attempts(goneFrom)).toEqual([[0]]);
  world.deliverTo(`${acme.app().url}/api/github/webhooks`);
  await acme.later(6);
  await acme.later(6);
  expect(attempts(goneFrom)[0]).toEqual([0, 202]);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ conclusion: 'success' });

  // What fails again is let go: the next sweep finds what it told.
  const lostFrom = world.deliveries().length;
  world.deliverTo('http://127.0.0.1:9/');
  await acme.merges('mona', pull);
  await acme.later(6);
  await acme.later(6);
  expect(attempts(lostFrom)[0]).toEqual([0, 0]);
  for (const all of attempts(lostFrom)) expect(all.length).toBeLessThanOrEqual(2);
});
