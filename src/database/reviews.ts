import type { DigestInput } from '../approvals/digest.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';
import type { ReviewState } from './schema.ts';

/** A review as it was when it arrived. */
export interface StoredReview {
  readonly repositoryId: number;
  readonly pull: number;
  readonly reviewId: number;
  readonly personId: number;
  readonly personLogin: string;
  readonly state: ReviewState;
  readonly submittedAt: Instant;
  /** The head of the pull request that the reviewer saw. */
  readonly headSha: string;
  /** The digest at that head; `null`: it was not seen in time. */
  readonly digest: string | null;
  /** What that is the digest of. */
  readonly content: DigestInput | null;
}

/**
 * Stores a review. What is known of it already may change its state (a dismissal), and never the head, the digest or its content: those are what the
 * reviewer saw, and a later look could only see something else.
 */
export async function storeReview(db: Queryable, review: StoredReview, at: Instant): Promise<void> {
  const { state, personLogin, content } = review;
  await db
    .insertInto('reviews')
    .values({
      ...review,
      content: content && JSON.stringify({ ...content, otherFiles: [...content.otherFiles] }),
      submittedAt: new Date(review.submittedAt),
      storedAt: new Date(at),
    })
    .onConflict((conflict) =>
      conflict.columns(['repositoryId', 'pull', 'reviewId']).doUpdateSet({ state, personLogin }),
    )
    .execute();
}

/** The reviews of a pull request, oldest first. */
export async function reviewsOfPull(
  db: Queryable,
  repositoryId: number,
  pull: number,
): Promise<StoredReview[]> {
  const rows = await db
    .selectFrom('reviews')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .orderBy('submittedAt')
    .orderBy('reviewId')
    .execute();
  return rows.map(({ reviewId, personId, personLogin, state, submittedAt, headSha, digest, content }) => ({
    repositoryId,
    pull,
    reviewId: Number(reviewId),
    personId: Number(personId),
    personLogin,
    state,
    submittedAt: submittedAt.getTime(),
    headSha,
    digest,
    content: content && { ...content, otherFiles: new Map(content.otherFiles) },
  }));
}
