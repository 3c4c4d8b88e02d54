import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertGrant } from '../../src/database/grants.ts';
import {
  insertRevert,
  moveRevert,
  revertById,
  revertsUnderWay,
  type NewRevert,
} from '../../src/database/reverts.ts';
import { revertsOfPull } from '../../src/database/revert-branches.ts';
import { nine, sampleGrant } from './sample-grant.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const wanted: NewRevert = {
  repositoryId: 1,
  reason: 'Its time is up.',
  grantId: null,
  key: 'user:mona orders-db:read-only',
  file: 'access-requests.yaml',
  sourcePull: 7,
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('a revert goes from wanted to merged, one step at a time', async () => {
  const { db } = database;
  const grant = await insertGrant(db, sampleGrant(), nine);
  const revert = await insertRevert(db, { ...wanted, grantId: grant.id }, nine);
  expect(revert).toEqual({
    ...wanted,
    edit: null,
    id: revert.id,
    grantId: grant.id,
    pull: null,
    branch: null,
    state: 'wanted',
    mergedSha: null,
    mergeRefusedAt: null,
  });
  const open = await moveRevert(db, revert.id, ['wanted'], 'open', { pull: 8, branch: 'revert/mona' });
  expect(open).toEqual({ ...revert, state: 'open', pull: 8, branch: 'revert/mona' });
  expect(await revertsOfPull(db, 1, 8)).toEqual([open]);
  expect(await moveRevert(db, revert.id, ['wanted'], 'open', { pull: 9 })).toBeUndefined();
  const merged = await moveRevert(db, revert.id, ['open'], 'merged', { mergedSha: 'c'.repeat(40) });
  expect(merged).toMatchObject({ state: 'merged', pull: 8, mergedSha: 'c'.repeat(40) });
  expect(await revertById(db, revert.id)).toEqual(merged);
});

test('under way are the reverts of a repository that are wanted or open', async () => {
  const { db } = database;
  const first = await insertRevert(db, { ...wanted, repositoryId: 2 }, nine);
  const second = await insertRevert(
    db,
    { ...wanted, repositoryId: 2, key: 'user:hubot orders-db:admin' },
    nine,
  );
  const third = await insertRevert(db, { ...wanted, repositoryId: 2 }, nine);
  await moveRevert(db, third.id, ['wanted'], 'closed');
  await insertRevert(db, { ...wanted, repositoryId: 3 }, nine);
  expect(await revertsUnderWay(db, 2)).toEqual([first, second]);
});
