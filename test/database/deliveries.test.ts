import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveriesSeen, storeDeliveriesSeen, storeDelivery } from '../../src/database/deliveries.ts';
import { openTestDatabase, serverUrl, type TestDatabase } from './test-database.ts';

const delivery = { event: 'push', action: null, repositoryId: 1, receivedAt: Date.UTC(2026, 10, 23) };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

describe('storeDelivery', () => {
  test('knows a delivery that comes again', async () => {
    expect(await storeDelivery(database.db, { id: 'a', ...delivery })).toBe(true);
    expect(await storeDelivery(database.db, { id: 'a', ...delivery, event: 'forged' })).toBe(false);
    expect(await storeDelivery(database.db, { id: 'b', ...delivery })).toBe(true);
  });

  test('forgets what was rolled back', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await storeDelivery(trx, { id: 'c', ...delivery });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await storeDelivery(database.db, { id: 'c', ...delivery })).toBe(true);
  });

  test.runIf(serverUrl)('takes one of two that arrive at the same time', async () => {
    const other = await database.second();
    const stored = await Promise.all(
      [database, other].map(({ db }) => storeDelivery(db, { id: 'd', ...delivery })),
    );
    expect(stored.filter(Boolean)).toHaveLength(1);
    await other.close();
  });
});

test('remembers up to when failed deliveries were looked for', async () => {
  expect(await deliveriesSeen(database.db)).toBeUndefined();
  for (const instant of [Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 24)]) {
    await storeDeliveriesSeen(database.db, instant);
    expect(await deliveriesSeen(database.db)).toBe(instant);
  }
});
