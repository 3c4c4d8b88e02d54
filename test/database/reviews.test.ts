import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DigestInput } from '../../src/approvals/digest.ts';
import { reviewsOfPull, storeReview, type StoredReview } from '../../src/database/reviews.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

const seen = 'sha256:seen';
const content: DigestInput = {
  changes: [
    {
      key: 'user:mona orders-db:admin',
      file: 'access-requests.yaml',
      before: {
        duration: 60,
        until: null,
        starts: null,
        emergency: false,
        reason: 'any text: \0 \ud800 `',
        ticket: null,
      },
      after: null,
    },
  ],
  policyVersion: 'c'.repeat(40),
  otherFiles: new Map([['__proto__', null]]),
};
const review: StoredReview = {
  repositoryId: 1,
  pull: 7,
  reviewId: 3_000_000_001,
  personId: 583231,
  personLogin: 'octocat',
  state: 'approved',
  submittedAt: Date.UTC(2026, 10, 23, 9),
  headSha: 'a'.repeat(40),
  digest: seen,
  content,
};

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('reviews of a pull request come in the order in which they were submitted', async () => {
  const earlier = {
    ...review,
    reviewId: 2,
    submittedAt: review.submittedAt - 1,
    digest: null,
    content: null,
  };
  const elsewhere = { ...review, pull: 8 };
  for (const each of [review, earlier, elsewhere]) await storeReview(database.db, each, 0);
  expect(await reviewsOfPull(database.db, 1, 7)).toEqual([earlier, review]);
});

test('a review can be dismissed, and what its author saw never changes', async () => {
  const mine = { ...review, pull: 9 };
  await storeReview(database.db, mine, 0);
  await storeReview(
    database.db,
    { ...mine, state: 'dismissed', digest: 'sha256:other', content: null, headSha: 'f'.repeat(40) },
    1,
  );
  expect(await reviewsOfPull(database.db, 1, 9)).toEqual([{ ...mine, state: 'dismissed' }]);
});

test('a review whose digest was not seen in time never gets one', async () => {
  const late = { ...review, pull: 10, digest: null, content: null };
  await storeReview(database.db, late, 0);
  await storeReview(database.db, { ...late, digest: seen, content }, 1);
  expect(await reviewsOfPull(database.db, 1, 10)).toEqual([late]);
});
