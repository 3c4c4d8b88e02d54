import { revertsOfPull, revertsOnBranch } from '../database/revert-branches.ts';
import { changedControlFiles } from '../approvals/control-files.ts';
import type { PullCase } from '../approvals/judgement.ts';
import { repositoryById } from '../database/repositories.ts';
import { settlePull } from '../database/pulls.ts';
import { publishChecks, readRuns } from '../github/check-runs.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import { approvalCheck } from '../messages/approval-check.ts';
import type { CheckText } from '../messages/check-text.ts';
import { policyCheck } from '../messages/policy-check.ts';
import { revertChecks } from '../messages/revert-checks.ts';
import { sharedChecks, type CheckedPull } from '../messages/shared-checks.ts';
import { undecidedChecks } from '../messages/undecided-checks.ts';
import { storeArrivedReview, type ArrivedReview, type CheckedReview } from './arrived-review.ts';
import { judgeCase, type JudgedPull } from './judge-pull.ts';
import { isMended, mendedFiles } from './mended-file.ts';
import type { Parts, Workplace } from './parts.ts';
import { readCase, readSeen } from './read-case.ts';
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
  const asked = await readPull(workplace.repository, pull);
  if (!asked || asked.mergedAt !== null) return settlePull(parts.db, repositoryId, pull);
  return evaluateOpen(parts, workplace, asked);
}

/** The same, of a pull request as it was read just now. `arrived`: a review of it that is stored first. */
export async function evaluateOpen(
  parts: Parts,
  workplace: Workplace,
  asked: PullFacts,
  arrived?: ArrivedReview,
): Promise<void> {
  const { repository, binding } = workplace;
  const [revert] = await revertsOfPull(parts.db, binding.id, asked.number);
  // It is evaluated once it is known for what it is.
  if (!revert && (await isBeingOpened(parts, binding.id, asked))) return;
  const others = asked.pullsOfHead.filter((number) => number !== asked.number);
  const [all, runs] = await Promise.all([
    Promise.all(others.map((number) => readPull(repository, number))),
    asked.mayBeChecked ? readRuns(repository, asked.headSha) : [],
  ]);
  const sharing = [asked, ...all].flatMap((each) =>
    each?.open && each.baseRef === binding.branch && each.headSha === asked.headSha ? [each] : [],
  );
  const evaluated = await Promise.all(
    sharing.map((each) =>
      evaluate(parts, workplace, each, each === asked && arrived ? { ...arrived, runs } : undefined),
    ),
  );
  const checked = evaluated.filter(({ checks }) => checks.length > 0);
  await publishChecks(repository, asked.headSha, sharedChecks(checked), runs, parts.clock.now());

  const own = evaluated.find(({ number }) => number === asked.number);
  if (!own) return settlePull(parts.db, binding.id, asked.number);
  // What it holds is compared before it is merged, and written anew where somebody tampered with it.
  if (revert) return parts.queue.send(parts.db, mergeRevert(revert.id, revert.branch));
  if (own.judged) await tendPull(parts, workplace, asked, own.judged);
}

/** Whether a pull request is one that the app opened just now, and is about to store as its own. */
async function isBeingOpened(
  { db }: Parts,
  repositoryId: number,
  { author, sameRepository, headRef }: PullFacts,
): Promise<boolean> {
  if (!author.bot || !sameRepository) return false;
  return (await revertsOnBranch(db, repositoryId, headRef, 1)).length > 0;
}

/** A pull request with its two checks, and what they say where anything could be decided. */
interface EvaluatedPull extends CheckedPull {
  readonly judged: JudgedPull | null;
}

async function evaluate(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  arrived?: CheckedReview,
): Promise<EvaluatedPull> {
  const { git, binding } = workplace;
  const undecided = async (checks: readonly CheckText[]) => {
    if (arrived) await storeArrivedReview(parts, arrived, pull, null);
    return { number: pull.number, checks, judged: null };
  };
  const { tip } = pull;
  const stored = await repositoryById(parts.db, binding.id);
  if (!stored?.acceptedSha)
    return undecided(undecidedChecks({ kind: 'nothing-accepted', branch: binding.branch }));
  if (tip === null) throw new Error(`the branch ${binding.branch} is gone`);
  const own = await ownChecks(parts, workplace, pull);
  if (own) return undecided(own);
  try {
    const grounds = { tip, acceptedSha: stored.acceptedSha };
    const [read, accepted, now] = await Promise.all([
      readCase(parts, workplace, pull, grounds),
      git.tree(stored.acceptedSha),
      git.tree(tip),
    ]);
    const judged = arrived ? await judgeWith(parts, arrived, pull, read) : judgeCase(read);
    const holding = changedControlFiles(accepted, now).length > 0;
    return { number: pull.number, checks: checksOf(parts, judged, holding), judged };
  } catch (error) {
    if (error instanceof Unjudgeable)
      return undecided(undecidedChecks({ kind: 'unjudgeable', message: error.message }));
    throw error;
  }
}

/** Judges a pull request once a review of it is stored with what its author saw. */
async function judgeWith(
  parts: Parts,
  arrived: CheckedReview,
  pull: PullFacts,
  read: PullCase,
): Promise<JudgedPull> {
  await storeArrivedReview(parts, arrived, pull, judgeCase(read));
  const seen = await readSeen(parts, arrived.repositoryId, arrived.pull);
  return judgeCase({ ...read, seen });
}

/** `holding`: the branch holds policies that nobody accepted. */
export function checksOf({ clock }: Parts, judged: JudgedPull, holding: boolean): CheckText[] {
  const { proposal, assessment, approval, explanation } = judged;
  return [
    policyCheck(assessment, proposal.policies, clock.now(), holding),
    approvalCheck(assessment, assessment.allowed ? approval : null, explanation),
  ];
}

/**
 * The checks of a pull request that is the app's own, and undoes what it is there to undo and nothing else; `null`: it is none. Nothing is said of
 * one that has nothing left to undo: it was merged just now, or is about to be closed.
 */
export async function ownChecks(
  parts: Parts,
  workplace: Workplace,
  { number, headSha, tip }: PullFacts,
): Promise<CheckText[] | null> {
  const reverts = await revertsOfPull(parts.db, workplace.binding.id, number);
  if (reverts.length === 0) return null;
  const undoing = reverts.filter(({ state }) => state !== 'closed');
  const mended = await mendedFiles(parts, workplace, undoing, tip);
  const [first, ...more] = mended.undone;
  if (!first) return [];
  if (!(await isMended(workplace, mended, headSha))) return null;
  return revertChecks(first.revert.edit ? 'put-back' : more.length > 0 ? 'many-taken-out' : 'taken-out');
}
