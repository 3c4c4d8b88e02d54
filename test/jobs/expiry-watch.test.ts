import { pino } from 'pino';
import { expect, test } from 'vitest';
import { insertGrant } from '../../src/database/grants.ts';
import type { Clock } from '../../src/jobs/clock.ts';
import { expiryWatch } from '../../src/jobs/expiry-watch.ts';
import type { Queue } from '../../src/jobs/queue.ts';
import type { Task } from '../../src/jobs/tasks.ts';
import { sampleGrant, nine } from '../database/sample-grant.ts';
import { openTestDatabase } from '../database/test-database.ts';

test('what comes due while it looks for what is due is next, and not passed over', async () => {
  const database = await openTestDatabase();
  const { db } = database;
  // Each look at the clock takes a second.
  let now = nine;
  const slept = Promise.withResolvers<number>();
  const clock: Clock = {
    now: () => (now += 1000),
    reaches: (instant, signal) => {
      slept.resolve(instant);
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    },
  };
  const expiresAt = nine + 1500;
  await insertGrant(db, sampleGrant({ state: 'active', grantedAt: nine, expiresAt }), nine);
  const queue = { send: async () => undefined } as unknown as Queue<Task>;
  const watch = expiryWatch({ db, queue, clock, log: pino({ level: 'silent' }) });
  watch.start();
  expect(await slept.promise).toBe(expiresAt);
  await watch.stop();
  await database.close();
});
