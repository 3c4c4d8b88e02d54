import type { Judgement } from '../approvals/judgement.ts';
import { storeReview } from '../database/reviews.ts';
import type { PullFacts } from '../github/read-pull.ts';
import { digestShown, type CheckRun } from '../github/check-runs.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** A review that a webhook told of, with the commit that it was submitted for. */
export type ArrivedReview = Tasks['store-review'];

/** The same with the check runs on the head. */
export type CheckedReview = ArrivedReview & { readonly runs: readonly CheckRun[] };

/**
 * Stores a review with the digest of what its author saw: what the app had published on that commit when it was submitted. It counts only as long
 * as the head is still that commit, since GitHub itself does not tell the truth about it afterwards, and comes to the same; otherwise no digest is
 * stored, and the approval is asked for again. `judgement`: of the head as it is; `null` where there is none.
 */
export async function storeArrivedReview(
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  { repositoryId, pull, reviewId, headSha, runs }: CheckedReview,
  facts: PullFacts,
  judgement: Judgement | null,
): Promise<void> {
  const review = facts.reviews.find(({ id }) => id === reviewId);
  if (!review) return;
  const sameHead = headSha !== null && facts.headSha === headSha && review.commitId === headSha;
  const digest = judgement?.assessment.digest ?? null;
  // Whom a name stands for, and what a policy says, can be otherwise by now.
  const isSame = sameHead && digest !== null && digestShown(runs, review.submittedAt) === digest;
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
      digest: isSame ? digest : null,
      content: isSame ? (judgement?.content ?? null) : null,
    },
    clock.now(),
  );
}
