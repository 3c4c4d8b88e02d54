import { readMoves, type BranchMove } from '../github/read-branch.ts';
import type { RequestsRepository } from '../github/requests-repository.ts';

/** What the default branch went through from one commit to another. */
export interface Step {
  readonly after: string;
  /** Each push and each merge, in order. */
  readonly moves: readonly BranchMove[];
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
  for (const [nth, { after }] of moves.entries())
    if (after === tip || (await isReadable(after))) return { after, moves: moves.slice(0, nth + 1) };
  return { after: tip, moves };
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
