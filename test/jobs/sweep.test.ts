import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 3, sweeps: true });
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
