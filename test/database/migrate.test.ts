import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../src/database/migrate.ts';
import { openEmptyDatabase, serverUrl, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(() => database.close());

describe('migrate', () => {
  test('names what ran, and nothing the second time', async () => {
    expect(await migrate(database)).toEqual(['0001-first-tables', '0002-approvals', '0003-deliveries-seen']);
    expect(await migrate(database)).toEqual([]);
  });

  test.runIf(serverUrl)('lets processes that start together wait for one another', async () => {
    const empty = await openEmptyDatabase();
    const other = await empty.second();
    const ran = await Promise.all([migrate(empty), migrate(other)]);
    expect(ran.flat()).toEqual(['0001-first-tables', '0002-approvals', '0003-deliveries-seen']);
    await other.close();
    await empty.close();
  });
});
