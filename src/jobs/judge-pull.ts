import { judge, type Judgement, type PullCase } from '../approvals/judgement.ts';
import type { Proposal } from '../approvals/proposal.ts';
import type { PullFacts } from '../github/read-pull.ts';
import type { Directory } from '../policies/directory.ts';
import type { Parts, Workplace } from './parts.ts';
import { readCase, type Grounds } from './read-case.ts';

export interface JudgedPull extends Judgement {
  readonly proposal: Proposal;
  /** Everybody whom the decision asked about. */
  readonly directory: Directory;
}

/** Reads everything about a pull request that a decision needs, and decides. */
export async function judgePull(
  parts: Parts,
  workplace: Workplace,
  pull: PullFacts,
  grounds: Grounds,
): Promise<JudgedPull> {
  return judgeCase(await readCase(parts, workplace, pull, grounds));
}

/** Decides on what was read. */
export function judgeCase(pullCase: PullCase): JudgedPull {
  const { proposal, circumstances } = pullCase;
  return { ...judge(pullCase), proposal, directory: circumstances.directory };
}
