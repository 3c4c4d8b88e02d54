import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1 });
});
afterAll(() => acme.close());

test('what ends while GitHub is gone is taken back on time; pull request and records follow an hour later', async () => {
  const resource = acme.freshResource();
  const pull = await acme.obtains({ resource, duration: '1h' });
  acme.world.faults({ rates: { cut: 1 } });
  const end = (await acme.grants('mona', resource))[0]?.expiresAt ?? 0;
  acme.clock.advanceTo(end);
  await eventually(async () => (await acme.grants('mona', resource))[0]?.state === 'revoked');
  expect(await acme.holds('mona', resource)).toBe(false);
  const [grant] = await acme.grants('mona', resource);
  // Of real time: what the machine has else to do.
  expect((grant?.revokedAt ?? 0) - end).toBeLessThan(30_000);

  acme.clock.advanceTo(end + 60 * 60_000);
  expect(await acme.reverts()).toEqual([]);
  acme.world.faults(null);
  await acme.settled();
  expect(await acme.reverts()).toMatchObject([{ state: 'closed', merged_at: expect.any(String) }]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('its time was up')]);
  expect(await acme.verified()).toMatchObject({ pending: 0, discrepancies: [] });
});
