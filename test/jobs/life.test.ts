import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme();
});
afterAll(() => acme.close());

test('a request lives from the first check to the record of its revert', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource, duration: '30d' });
  expect(await acme.check(pull)).toMatchObject({
    conclusion: 'failure',
    annotations: [{ file: fileOf({ resource }), line: 5, code: 'duration-too-long' }],
  });
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });

  await acme.pushes('mona', pull.head.ref, { [fileOf({ resource })]: entries({ resource }) });
  expect(await acme.check(pull)).toMatchObject({
    conclusion: 'success',
    title: `mona would get reader on ${resource} for 4h`,
  });
  await acme.approves('ada', pull);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({
    conclusion: 'success',
    title: 'Approved by @ada',
  });

  expect(await acme.holds('mona', resource)).toBe(false);
  const before = acme.clock.now();
  expect(await acme.merges('mona', pull)).toMatchObject({ status: 200 });
  expect(await acme.holds('mona', resource)).toBe(true);
  const [grant] = await acme.grants('mona', resource);
  expect(grant).toMatchObject({ state: 'active', pull: pull.number, standing: false });
  // GitHub gives the second in which it merged.
  expect(grant?.startsAt).toBeGreaterThanOrEqual(before - 1000);
  expect((grant?.expiresAt ?? 0) - (grant?.startsAt ?? 0)).toBe(4 * 60 * 60_000);
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('granted, until 2026-11-2')]);

  await acme.later(241);
  expect(await acme.holds('mona', resource)).toBe(false);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked', endedBecause: 'expired' }]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  expect((await acme.reverts()).at(-1)).toMatchObject({ state: 'closed', merged_at: expect.any(String) });
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('its time was up')]);
  expect((await acme.told(pull)).map(({ kind }) => kind)).toEqual([
    'grant-decided',
    'access-granted',
    'access-revoked',
  ]);
  expect(await acme.verified()).toMatchObject({ pending: 0, discrepancies: [] });
});

test.each(['squash', 'rebase'] as const)(
  'what was approved is granted however it is merged: %s',
  async (method) => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource, duration: '30d' });
    await acme.pushes('mona', pull.head.ref, { [fileOf({ resource })]: entries({ resource }) });
    await acme.approves('ada', pull);
    expect(await acme.merges('mona', pull, method)).toMatchObject({ status: 200 });
    expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active', pull: pull.number }]);
  },
);

test('two pull requests that were merged before the app looks are each granted', async () => {
  const [one, other] = [acme.freshResource(), acme.freshResource()];
  const pulls = [await acme.asks({ resource: one }), await acme.asks({ resource: other, user: 'nick' })];
  for (const pull of pulls) await acme.approves('ada', pull);
  await acme.whileStopped(async () => {
    for (const pull of pulls) await acme.world.person('mona').merges(pull.number);
  });
  await acme.pushes('grace', 'main', { 'README.md': '# Access\n' });
  expect([await acme.holds('mona', one), await acme.holds('nick', other)]).toEqual([true, true]);
});

test('an app that was stopped for a day takes back what ended meanwhile as soon as it starts, without any webhook', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource, duration: '1h' });
  const deliveries = acme.world.deliveries().length;
  await acme.whileStopped(async () => {
    acme.clock.advanceTo(acme.clock.now() + 25 * 60 * 60_000);
    expect(await acme.holds('mona', resource)).toBe(true);
  });
  await acme.app().idle();
  const others = acme.world
    .deliveries()
    .slice(deliveries)
    .filter(({ payload }) => !isOfTheApp(payload));
  expect(others).toEqual([]);
  expect(await acme.holds('mona', resource)).toBe(false);
  await acme.settled();
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
});

function isOfTheApp(payload: object): boolean {
  return 'sender' in payload && (payload.sender as { type: string }).type === 'Bot';
}
