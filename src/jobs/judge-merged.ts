import type { Company } from '../approvals/assessment.ts';
import type { MergedPull, MergedPulls } from '../approvals/verdict.ts';
import { latestEvent } from '../database/audit-events.ts';
import { readCommitsBetween, readPullsOf } from '../github/read-branch.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { Unjudgeable, type RequestsRepository } from '../github/requests-repository.ts';
import { judgePull } from './judge-pull.ts';
import type { Step } from './next-step.ts';
import type { Parts, Workplace } from './parts.ts';

export const nothingMerged: MergedPulls = { pulls: [], unjudged: [] };

type Merged = PullFacts & { readonly mergedAt: number };

/**
 * The pull requests that a step of the default branch brought, each judged as it would land on the branch before it, by the time of its merge, and in
 * the company of what the others brought.
 * One that GitHub has not marked as merged yet, although its head is in the branch, is waited for.
 */
export async function judgeMerged(
  parts: Parts,
  workplace: Workplace,
  { moves }: Step,
  acceptedSha: string,
  company: Company,
): Promise<MergedPulls> {
  const { repository, binding } = workplace;
  const { commits, pulls } = await readGained(repository, moves);
  const found = await Promise.all(
    pulls.map(async ({ number, tip }) => ({ pull: await readPull(repository, number), tip })),
  );
  const ours = found.flatMap(({ pull, tip }) => (pull?.baseRef === binding.branch ? [{ ...pull, tip }] : []));
  const late = ours.find(
    ({ mergedAt, open, headSha }) => mergedAt === null && open && commits.includes(headSha),
  );
  if (late)
    throw new Error(`pull request ${late.number} is in the branch and not marked as merged yet: look again`);
  const former = await versionBefore(parts, binding.id);
  const judged = await Promise.all(
    ours.filter(isMerged).map((pull) =>
      judge(parts, workplace, pull, {
        tip: pull.tip,
        acceptedSha,
        company,
        approvedUnder: former && pull.mergedAt < former.until ? former.sha : null,
      }),
    ),
  );
  return {
    pulls: judged.flatMap((pull) => ('assessment' in pull ? [pull] : [])),
    unjudged: judged.flatMap((pull) => ('assessment' in pull ? [] : [pull])),
  };
}

/** The commits that the branch gained, and the pull requests that these belong to, each with the commit that the branch stood at before it was merged. */
async function readGained(
  repository: RequestsRepository,
  moves: Step['moves'],
): Promise<{
  readonly commits: readonly string[];
  readonly pulls: readonly { readonly number: number; readonly tip: string }[];
}> {
  const commits: string[] = [];
  const tips = new Map<number, string>();
  for (const { before, after } of moves) {
    const gained = await readCommitsBetween(repository, before, after);
    commits.push(...gained);
    for (const number of await readPullsOf(repository, gained))
      if (!tips.has(number)) tips.set(number, before);
  }
  return { commits, pulls: [...tips].map(([number, tip]) => ({ number, tip })) };
}

function isMerged<Pull extends PullFacts>(pull: Pull): pull is Pull & Merged {
  return pull.mergedAt !== null;
}

/** What GitHub does not give whole was approved by nobody who could see it whole: it keeps nothing else from being decided. */
async function judge(
  parts: Parts,
  workplace: Workplace,
  pull: Merged,
  under: Parameters<typeof judgePull>[3],
): Promise<MergedPull | MergedPulls['unjudged'][number]> {
  const { number, headSha, mergedAt } = pull;
  try {
    const judged = await judgePull(parts, workplace, pull, under);
    return { number, headSha, mergedAt, tip: under.tip, ...judged };
  } catch (error) {
    if (error instanceof Unjudgeable) return { number, reason: error.message };
    throw error;
  }
}

/** The policies that were in force before the accepted ones, and until when: under them was approved what waited for the adoption. */
async function versionBefore(
  { db }: Parts,
  repositoryId: number,
): Promise<{ readonly sha: string; readonly until: number } | null> {
  const adoption = await latestEvent(db, repositoryId, ['policy-adopted', 'policy-accepted']);
  const before = adoption?.details['before'];
  return adoption && typeof before === 'string' ? { sha: before, until: adoption.at } : null;
}
