import { grantsOfPull } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import { readRuns } from '../github/check-runs.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { storeArrivedReview, type ArrivedReview } from './arrived-review.ts';
import { evaluateOpen } from './evaluate-pull.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import { evaluatePull, reviewEmergency } from './tasks.ts';

/** Stores a review with the digest of what its author saw, and looks what it changes. */
export async function storeReviewTask(parts: Parts, arrived: ArrivedReview): Promise<void> {
  const { repositoryId, pull } = arrived;
  const workplace = await parts.workplace(repositoryId);
  const facts = await readPull(workplace.repository, pull);
  if (facts?.baseRef !== workplace.binding.branch) return;
  if (facts.open) return evaluateOpen(parts, workplace, facts, arrived);
  await storeReviewOfClosed(parts, workplace, facts, arrived);
  const next = facts.mergedAt === null ? evaluatePull : reviewEmergency;
  await parts.queue.send(parts.db, next(repositoryId, pull));
}

async function storeReviewOfClosed(
  parts: Parts,
  workplace: Workplace,
  facts: PullFacts,
  arrived: ArrivedReview,
): Promise<void> {
  const { repository, binding } = workplace;
  const { tip } = facts;
  const [stored, grants] = await Promise.all([
    repositoryById(parts.db, binding.id),
    grantsOfPull(parts.db, binding.id, facts.number),
  ]);
  // What is merged asks nothing more of the branch as it is: it was asked of the branch before.
  const askedOf = facts.mergedAt === null ? tip : (grants[0]?.judgedAt ?? tip);
  const acceptedSha = stored?.acceptedSha;
  const judged =
    acceptedSha && askedOf !== null
      ? await judgePull(parts, workplace, facts, { tip: askedOf, acceptedSha })
      : null;
  const runs = await readRuns(repository, facts.headSha);
  await storeArrivedReview(parts, { ...arrived, runs }, facts, judged);
}
