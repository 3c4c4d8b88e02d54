import type { Judgement } from '../approvals/judgement.ts';
import { latestEvent } from '../database/audit-events.ts';
import { storeReview } from '../database/reviews.ts';
import type { PullFacts, SubmittedReview } from '../github/read-pull.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** A review that a webhook told of, with the commit that it was submitted for. */
export type ArrivedReview = Tasks['store-review'];

/** GitHub tells the time of a review to the second. */
const second = 1000;

/**
 * Stores a review with the digest of what its author saw. That is known only as long as the head is still the commit that the review was
 * submitted for, under the policies that were in force then; afterwards GitHub itself no longer tells the truth about it, so no digest is stored
 * and the approval is asked for again. `judgement`: of the head as it is; `null` where there is none.
 */
export async function storeArrivedReview(
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  { repositoryId, pull, reviewId, headSha }: ArrivedReview,
  facts: PullFacts,
  reviews: readonly SubmittedReview[],
  judgement: Judgement | null,
): Promise<void> {
  const review = reviews.find(({ id }) => id === reviewId);
  if (!review) return;
  const policies = await latestEvent(db, repositoryId, ['policy-adopted', 'policy-accepted']);
  // Under policies that came into force since, its author would have seen something else.
  const samePolicies = policies === undefined || policies.at < review.submittedAt + second;
  const sameHead = headSha !== null && facts.headSha === headSha && review.commitId === headSha;
  const seen = sameHead && samePolicies ? judgement : null;
  await storeReview(
    db,
    {
      repositoryId,
      pull,
      reviewId,
      personId: review.account.id,
      personLogin: review.account.login,
      state: review.state,
      submittedAt: review.submittedAt,
      headSha: headSha ?? facts.headSha,
      digest: seen?.assessment.digest ?? null,
      content: seen?.content ?? null,
    },
    clock.now(),
  );
}
