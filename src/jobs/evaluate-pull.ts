import { revertOfPull } from '../database/reverts.ts';
import { changedControlFiles } from '../approvals/control-files.ts';
import { repositoryById } from '../database/repositories.ts';
import { settlePull } from '../database/pulls.ts';
import { publishChecks } from '../github/check-runs.ts';
import { readPullsOf } from '../github/read-branch.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import { approvalCheck } from '../messages/approval-check.ts';
import type { CheckText } from '../messages/check-text.ts';
import { policyCheck } from '../messages/policy-check.ts';
import { revertChecks } from '../messages/revert-checks.ts';
import { sharedChecks, type CheckedPull } from '../messages/shared-checks.ts';
import { undecidedChecks } from '../messages/undecided-checks.ts';
import { judgePull, type JudgedPull } from './judge-pull.ts';
import { isMended, mendedFile } from './mended-file.ts';
import type { Parts, Workplace } from './parts.ts';
import { tendPull } from './tend-pull.ts';
import { mergeRevert, type Tasks } from './tasks.ts';

/**
 * Evaluates a pull request, and every other one with the same head, and publishes its two checks on that commit. One of the app's own goes on to be
 * merged or written anew, any other to what it is due besides.
 */
export async function evaluatePullTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['evaluate-pull'],
): Promise<void> {
  const workplace = await parts.workplace(repositoryId);
  const { repository, binding } = workplace;
  const asked = await readPull(repository, pull);
  if (!asked || asked.mergedAt !== null) return settlePull(parts.db, repositoryId, pull);
  const others = (await readPullsOf(repository, [asked.headSha])).filter((number) => number !== pull);
  const all = [asked, ...(await Promise.all(others.map((number) => readPull(repository, number))))];
  const sharing = all.flatMap((each) =>
    each?.open && each.baseRef === binding.branch && each.headSha === asked.headSha ? [each] : [],
  );
  const evaluated = await Promise.all(sharing.map((each) => evaluate(parts, workplace, each)));
  const checks = sharedChecks(evaluated);
  await publishChecks(repository, asked.headSha, checks);

  const own = evaluated.find(({ number }) => number === pull);
  const revert = await revertOfPull(parts.db, repositoryId, pull);
  if (!own) return settlePull(parts.db, repositoryId, pull);
  // What it holds is compared before it is merged, and written anew where somebody tampered with it.
  if (revert) return parts.queue.send(parts.db, mergeRevert(revert.id));
  if (own.judged) await tendPull(parts, workplace, asked, own.judged);
}

/** A pull request with its two checks, and what they say where anything could be decided. */
interface EvaluatedPull extends CheckedPull {
  readonly judged: JudgedPull | null;
}

async function evaluate(parts: Parts, workplace: Workplace, pull: PullFacts): Promise<EvaluatedPull> {
  const { git, binding } = workplace;
  const undecided = (checks: readonly CheckText[]) => ({ number: pull.number, checks, judged: null });
  const [stored, tip] = await Promise.all([repositoryById(parts.db, binding.id), git.tip(binding.branch)]);
  if (!stored?.acceptedSha)
    return undecided(undecidedChecks({ kind: 'nothing-accepted', branch: binding.branch }));
  if (tip === null) throw new Error(`the branch ${binding.branch} is gone`);
  if (await putsBackExactly(parts, workplace, pull)) return undecided(revertChecks());
  try {
    const grounds = { tip, acceptedSha: stored.acceptedSha };
    const [judged, accepted, now] = await Promise.all([
      judgePull(parts, workplace, pull, grounds),
      git.tree(stored.acceptedSha),
      git.tree(tip),
    ]);
    return {
      number: pull.number,
      checks: checksOf(parts, judged, changedControlFiles(accepted, now).length > 0),
      judged,
    };
  } catch (error) {
    if (error instanceof Unjudgeable)
      return undecided(undecidedChecks({ kind: 'unjudgeable', message: error.message }));
    throw error;
  }
}

/** `holding`: the branch holds policies that nobody accepted. */
function checksOf({ clock }: Parts, judged: JudgedPull, holding: boolean): CheckText[] {
  const { proposal, assessment, approval, explanation } = judged;
  return [
    policyCheck(assessment, proposal.policies, clock.now(), holding),
    approvalCheck(assessment, assessment.allowed ? approval : null, explanation),
  ];
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
