import { afterAll, beforeAll, expect, test } from 'vitest';
import { listTasks } from '../../src/jobs/task-list.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 4 });
});
afterAll(() => acme.close());

/** Records wait for their likes. */
const notDone = async () => (await listTasks(acme.database)).filter(({ state }) => state !== 'later');

test("GitHub's limits put tasks off, and hold up no revocation", async () => {
  const [given, asked] = [acme.freshResource(), acme.freshResource()];
  await acme.obtains({ resource: given, duration: '1h' });
  const fault = { kind: 'secondary-limit', status: 403, retryAfter: 7200 } as const;
  const struck = acme.world.faults({
    requests: [{ at: /graphql$/, times: 1000, fault }],
  });
  const pull = await acme.asks({ resource: asked });
  expect(await notDone()).toMatchObject([
    {
      name: 'evaluate-pull',
      state: 'again',
      attempts: 0,
      error: expect.stringMatching(/^GitHub takes no more calls before/),
    },
  ]);
  // One at a time, or both checks at once; nobody asks again meanwhile.
  expect(struck.length).toBeLessThanOrEqual(2);

  await acme.later(61);
  expect(await acme.holds('mona', given)).toBe(false);
  expect(await acme.grants('mona', given)).toMatchObject([{ state: 'revoked' }]);

  acme.world.faults(null);
  await acme.later(60);
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
  expect(await acme.reverts()).toHaveLength(1);
  expect(await notDone()).toEqual([]);
});

test('an App that is uninstalled and installed again goes on by itself', async () => {
  acme.world.uninstallsApp();
  await acme.world.installsAppAgain();
  const pull = await acme.asks({ resource: acme.freshResource() });
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
});

test('what GitHub did and answered with an error is found again, and not done twice', async () => {
  const struck = acme.world.faults({
    requests: ['POST .*/comments', 'PUT .*/merge', 'POST /graphql'].map((write) => ({
      at: new RegExp(`^${write}$`),
      fault: { kind: 'server-error', status: 502, done: true },
    })),
  });
  const pull = await acme.obtains({ resource: acme.freshResource(), duration: '1h' });
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('granted, until')]);
  await acme.later(61);
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('its time was up')]);
  expect(struck.map(({ at }) => at.split('/').at(-1))).toEqual(['graphql', 'comments', 'merge']);
});
