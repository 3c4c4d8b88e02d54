import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1, sweeps: true });
});
afterAll(() => acme.close());

/** How each attempt at each webhook since the nth ended. */
function attempts(from: number): number[][] {
  const byGuid = Map.groupBy(acme.world.deliveries().slice(from), ({ id }) => id);
  return [...byGuid.values()].map((all) => all.map(({ status }) => status ?? -1));
}

test('deliveries that failed are asked for again, each once', async () => {
  const { world } = acme;
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
