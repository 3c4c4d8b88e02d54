import { revertOfPull } from '../database/reverts.ts';
import { repositoryById } from '../database/repositories.ts';
import { publishCheck } from '../github/check-runs.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { TooLarge } from '../github/requests-repository.ts';
import { approvalCheck } from '../messages/approval-check.ts';
import type { CheckText } from '../messages/check-text.ts';
import { policyCheck } from '../messages/policy-check.ts';
import { undecidedChecks } from '../messages/undecided-checks.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import { mergeRevert, type Tasks } from './tasks.ts';

/** Evaluates a pull request and publishes its two checks; a revert pull request that passes both goes on to be merged. */
export async function evaluatePullTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['evaluate-pull'],
): Promise<void> {
  const workplace = await parts.workplace(repositoryId);
  const facts = await readPull(workplace.repository, pull);
  if (!facts?.open || facts.baseRef !== workplace.binding.branch) return;
  const checks = await checksOf(parts, workplace, facts);
  for (const check of checks) await publishCheck(workplace.repository, facts.headSha, check);

  const revert = await revertOfPull(parts.db, repositoryId, pull);
  if (revert && checks.every(({ conclusion }) => conclusion === 'success'))
    await parts.queue.send(parts.db, mergeRevert(revert.id));
}

async function checksOf(parts: Parts, workplace: Workplace, pull: PullFacts): Promise<CheckText[]> {
  const { git, binding } = workplace;
  const [stored, tip] = await Promise.all([repositoryById(parts.db, binding.id), git.tip(binding.branch)]);
  if (!stored?.acceptedSha) return undecidedChecks({ kind: 'nothing-accepted', branch: binding.branch });
  if (tip === null) throw new Error(`the branch ${binding.branch} is gone`);
  try {
    const { proposal, assessment, approval } = await judgePull(
      parts,
      workplace,
      pull,
      tip,
      stored.acceptedSha,
    );
    return [
      policyCheck(assessment, proposal.policies, parts.clock.now()),
      approvalCheck(assessment, assessment.allowed ? approval : null),
    ];
  } catch (error) {
    if (error instanceof TooLarge) return undecidedChecks({ kind: 'too-large', message: error.message });
    throw error;
  }
}
