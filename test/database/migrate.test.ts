import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveGrants } from '../../src/database/grants.ts';
import { migrate } from '../../src/database/migrate.ts';
import { openEmptyDatabase, serverUrl, type TestDatabase } from './test-database.ts';

const all = [
  '0001-first-tables',
  '0002-approvals',
  '0003-deliveries-seen',
  '0004-decided-again',
  '0005-held-removals',
  '0006-grants-under-way',
  '0007-grants-told',
  '0008-late-gifts',
  '0009-waiting-reverts',
];

let database: TestDatabase;
beforeAll(async () => {
  database = await openEmptyDatabase();
});
afterAll(() => database.close());

describe('migrate', () => {
  test('keeps every row that the tables held before, and names what ran', async () => {
    expect(await migrate(database, all[0])).toEqual(all.slice(0, 1));
    await database.run(`insert into repositories (id, name, branch, head_sha, accepted_sha, updated_at)
      values (1, 'acme/access', 'main', 'h', 'a', now())`);
    await database.run(`insert into grants (repository_id, request_key, principal_kind, principal_id, principal_name, resource, role,
        connector, connection, entitlement, entitlement_key, identity, reason, file, pull, merge_sha, digest, starts_at, expires_at,
        state, standing, created_at)
      values (1, 'user:mona orders-db:read-only', 'user', 7, 'mona', 'orders-db', 'read-only', 'postgres', 'orders-db',
        '{"role":"r"}', '{"role":"r"}', 'mona_h', 'look', 'access-requests.yaml', 3, 'm', 'd', '2026-11-23T09:00Z', '2026-11-23T13:00Z',
        'active', false, '2026-11-23T08:59Z')`);
    await database.run(`insert into reviews (repository_id, pull, review_id, person_id, person_login, state, submitted_at, head_sha, digest, stored_at)
      values (1, 3, 5, 8, 'ada', 'approved', now(), 'h', 'd', now())`);

    expect(await migrate(database)).toEqual(all.slice(1));
    expect(await migrate(database)).toEqual([]);
    expect(await liveGrants(database.db)).toMatchObject([
      {
        state: 'active',
        holder: { id: 7, name: 'mona' },
        expiresAt: Date.UTC(2026, 10, 23, 13),
        decidedAt: Date.UTC(2026, 10, 23, 8, 59),
        emergency: false,
      },
    ]);
    const reviews = await database.run('select review_id::int as id, digest, content from reviews');
    expect(reviews.rows).toEqual([{ id: 5, digest: 'd', content: null }]);
  });

  test.runIf(serverUrl)('lets processes that start together wait for one another', async () => {
    const empty = await openEmptyDatabase();
    const other = await empty.second();
    const ran = await Promise.all([migrate(empty), migrate(other)]);
    expect(ran.flat()).toEqual(all);
    await other.close();
    await empty.close();
  });
});
