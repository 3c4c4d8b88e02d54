import { latestEvent } from '../database/audit-events.ts';
import { grantsOfPull } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import { storeReview } from '../database/reviews.ts';
import { readPull, readReviews } from '../github/read-pull.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts } from './parts.ts';
import { evaluatePull, reviewEmergency, type Tasks } from './tasks.ts';

/** GitHub tells the time of a review to the second. */
const second = 1000;

/**
 * Stores a review with the digest of what its author saw. That is known only as long as the head is still the commit that the review was
 * submitted for, under the policies that were in force then; afterwards GitHub itself no longer tells the truth about it, so no digest is stored and the approval is asked for again.
 */
export async function storeReviewTask(
  parts: Parts,
  { repositoryId, pull, reviewId, headSha }: Tasks['store-review'],
): Promise<void> {
  const { db, queue, clock } = parts;
  const workplace = await parts.workplace(repositoryId);
  const { repository, git, binding } = workplace;
  const [facts, reviews, stored, tip, grants, policies] = await Promise.all([
    readPull(repository, pull),
    readReviews(repository, pull),
    repositoryById(db, repositoryId),
    git.tip(binding.branch),
    grantsOfPull(db, repositoryId, pull),
    latestEvent(db, repositoryId, ['policy-adopted', 'policy-accepted']),
  ]);
  const review = reviews.find(({ id }) => id === reviewId);
  if (!facts || !review || facts.baseRef !== binding.branch || tip === null) return;

  // Under policies that came into force since, its author would have seen something else.
  const samePolicies = policies === undefined || policies.at < review.submittedAt + second;
  const sameHead = headSha !== null && facts.headSha === headSha && review.commitId === headSha;
  const inTime = sameHead && samePolicies;
  // What is merged asks nothing more of the branch as it is: it was asked of the branch before.
  const askedOf = facts.mergedAt === null ? tip : (grants[0]?.judgedAt ?? tip);
  const judged =
    inTime && stored?.acceptedSha
      ? await judgePull(parts, workplace, facts, { tip: askedOf, acceptedSha: stored.acceptedSha })
      : null;
  await db.transaction().execute(async (trx) => {
    await storeReview(
      trx,
      {
        repositoryId,
        pull,
        reviewId,
        personId: review.account.id,
        personLogin: review.account.login,
        state: review.state,
        submittedAt: review.submittedAt,
        headSha: headSha ?? facts.headSha,
        digest: judged?.assessment.digest ?? null,
        content: judged?.content ?? null,
      },
      clock.now(),
    );
    const next = facts.mergedAt === null ? evaluatePull : reviewEmergency;
    await queue.send(trx, next(repositoryId, pull));
  });
}
