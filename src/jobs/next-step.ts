import { readCommitsBetween, readMoves, readPullsOf, type BranchMove } from '../github/read-branch.ts';
import type { RequestsRepository } from '../github/requests-repository.ts';

/** What the default branch went through from one commit to another. */
export interface Step {
  readonly after: string;
  /** The commits that it gained. */
  readonly commits: readonly string[];
  /** The pull requests that these belong to, each with the commit that the branch stood at before it was merged. */
  readonly pulls: readonly { readonly number: number; readonly tip: string }[];
}

/**
 * The first step that the default branch took towards its tip and that can be decided on. Several merges may have come before the app looked,
 * and each was approved as a change of the branch as it stood then; so one push or merge is one step, and more are one only where what stood
 * in between can't be read.
 */
export async function nextStep(
  repository: RequestsRepository,
  before: string,
  tip: string,
  isReadable: (commit: string) => Promise<boolean>,
): Promise<Step> {
  const moves = movesTo(tip, before, await readMoves(repository, before));
  let step: Step = { after: before, commits: [], pulls: [] };
  for (const move of moves) {
    step = await lengthened(repository, step, move);
    if (step.after === tip || (await isReadable(step.after))) return step;
  }
  return step;
}

/** The moves that led from one commit to another, in order. Where the log does not tell of all of them, they are one. */
function movesTo(tip: string, before: string, log: readonly BranchMove[]): readonly BranchMove[] {
  const path: BranchMove[] = [];
  for (const move of log) {
    if (move.after !== (path[0]?.before ?? tip)) continue;
    path.unshift(move);
    if (move.before === before) return path;
  }
  return [{ before, after: tip }];
}

async function lengthened(
  repository: RequestsRepository,
  { commits, pulls }: Step,
  { before, after }: BranchMove,
): Promise<Step> {
  const gained = await readCommitsBetween(repository, before, after);
  const known = new Set(pulls.map(({ number }) => number));
  const brought = (await readPullsOf(repository, gained)).filter((number) => !known.has(number));
  return {
    after,
    commits: [...commits, ...gained],
    pulls: [...pulls, ...brought.map((number) => ({ number, tip: before }))],
  };
}
