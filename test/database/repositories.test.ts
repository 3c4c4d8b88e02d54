import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryById, storeRepository } from '../../src/database/repositories.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('how far the app has come with a repository is stored, and stored again', async () => {
  const fresh = { id: 123456789, name: 'acme/access', branch: 'main', headSha: null, acceptedSha: null };
  expect(await repositoryById(database.db, fresh.id)).toBeUndefined();
  await storeRepository(database.db, fresh, 0);
  expect(await repositoryById(database.db, fresh.id)).toEqual(fresh);
  const later = { ...fresh, name: 'acme/requests', headSha: 'a'.repeat(40), acceptedSha: 'b'.repeat(40) };
  await storeRepository(database.db, later, 1);
  expect(await repositoryById(database.db, fresh.id)).toEqual(later);
});
