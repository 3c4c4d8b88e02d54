import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deliveriesSeen, storeDeliveriesSeen, storeDeliveries } from '../../src/database/deliveries.ts';
import { openTestDatabase, serverUrl, type TestDatabase } from './test-database.ts';

const now = Date.UTC(2026, 10, 23);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** The ids of those that are new. */
async function stored({ db }: Pick<TestDatabase, 'db'>, ...ids: string[]): Promise<string[]> {
  const deliveries = ids.map((id) => ({ id, event: 'push', action: null, repositoryId: 1 }));
  return [...(await storeDeliveries(db, deliveries, now))];
}

describe('storeDeliveries', () => {
  test('knows a delivery that comes again', async () => {
    expect(await stored(database, 'a')).toEqual(['a']);
    expect(await stored(database, 'a', 'b', 'b')).toEqual(['b']);
  });

  test('forgets what was rolled back', async () => {
    const failing = database.db.transaction().execute(async (trx) => {
      await storeDeliveries(trx, [{ id: 'c', event: 'push', action: null, repositoryId: 1 }], now);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await stored(database, 'c')).toEqual(['c']);
  });

  test.runIf(serverUrl)('takes one of two that arrive at the same time', async () => {
    const other = await database.second();
    const both = await Promise.all([database, other].map((each) => stored(each, 'd')));
    expect(both.flat()).toEqual(['d']);
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
