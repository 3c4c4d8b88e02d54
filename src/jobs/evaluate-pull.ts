import { revertOfPull } from '../database/reverts.ts';
import { changedControlFiles } from '../approvals/control-files.ts';
import { repositoryById } from '../database/repositories.ts';
import { publishCheck } from '../github/check-runs.ts';
import { readPullsOf } from '../github/read-branch.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { TooLarge } from '../github/requests-repository.ts';
import { approvalCheck } from '../messages/approval-check.ts';
import type { CheckText } from '../messages/check-text.ts';
import { policyCheck } from '../messages/policy-check.ts';
import { revertChecks } from '../messages/revert-checks.ts';
import { sharedChecks } from '../messages/shared-checks.ts';
import { undecidedChecks } from '../messages/undecided-checks.ts';
import { judgePull } from './judge-pull.ts';
import { isMended, mendedFile } from './mended-file.ts';
import type { Parts, Workplace } from './parts.ts';
import { mergeRevert, type Tasks } from './tasks.ts';

/**
 * Evaluates a pull request, and every other one with the same head, and publishes its two checks on that commit; a revert pull request that
 * passes both goes on to be merged.
 */
export async function evaluatePullTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['evaluate-pull'],
): Promise<void> {
  const workplace = await parts.workplace(repositoryId);
  const { repository, binding } = workplace;
  const asked = await readPull(repository, pull);
  if (!asked || asked.mergedAt !== null) return;
  const others = (await readPullsOf(repository, [asked.headSha])).filter((number) => number !== pull);
  const all = [asked, ...(await Promise.all(others.map((number) => readPull(repository, number))))];
  const sharing = all.flatMap((each) =>
    each?.open && each.baseRef === binding.branch && each.headSha === asked.headSha ? [each] : [],
  );
  const checked = await Promise.all(
    sharing.map(async (each) => ({ number: each.number, checks: await checksOf(parts, workplace, each) })),
  );
  const checks = sharedChecks(checked);
  for (const check of checks) await publishCheck(repository, asked.headSha, check);

  const revert = await revertOfPull(parts.db, repositoryId, pull);
  if (revert && checks.length > 0 && checks.every(({ conclusion }) => conclusion === 'success'))
    await parts.queue.send(parts.db, mergeRevert(revert.id));
}

async function checksOf(parts: Parts, workplace: Workplace, pull: PullFacts): Promise<CheckText[]> {
  const { git, binding } = workplace;
  const [stored, tip] = await Promise.all([repositoryById(parts.db, binding.id), git.tip(binding.branch)]);
  if (!stored?.acceptedSha) return undecidedChecks({ kind: 'nothing-accepted', branch: binding.branch });
  if (tip === null) throw new Error(`the branch ${binding.branch} is gone`);
  if (await putsBackExactly(parts, workplace, pull)) return revertChecks();
  try {
    const grounds = { tip, acceptedSha: stored.acceptedSha };
    const [{ proposal, assessment, approval }, accepted, now] = await Promise.all([
      judgePull(parts, workplace, pull, grounds),
      git.tree(stored.acceptedSha),
      git.tree(tip),
    ]);
    const holding = changedControlFiles(accepted, now).length > 0;
    return [
      policyCheck(assessment, proposal.policies, parts.clock.now(), holding),
      approvalCheck(assessment, assessment.allowed ? approval : null),
    ];
  } catch (error) {
    if (error instanceof TooLarge) return undecidedChecks({ kind: 'too-large', message: error.message });
    throw error;
  }
}

/** Whether a pull request is the app's own, and undoes an edit that was refused and nothing else. */
async function putsBackExactly(
  parts: Parts,
  workplace: Workplace,
  { number, headSha }: PullFacts,
): Promise<boolean> {
  const revert = await revertOfPull(parts.db, workplace.binding.id, number);
  if (!revert?.edit) return false;
  const mended = await mendedFile(parts, workplace, revert);
  return mended !== null && (await isMended(workplace, mended, headSha));
}
