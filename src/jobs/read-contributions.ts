import { isCleanMerge } from '../approvals/clean-merge.ts';
import type { Contributions } from '../approvals/contributors.ts';
import { readCommitsBetween } from '../github/read-branch.ts';
import { withSigners, type PullCommit } from '../github/read-commits.ts';
import { mostCommits, type PullFacts } from '../github/read-pull.ts';
import { readPushesOf, unknownPush } from '../github/read-pushes.ts';
import { Unjudgeable } from '../github/requests-repository.ts';
import type { Workplace } from './parts.ts';

/** Who had a hand in a pull request, and how. */
export interface ReadContributions extends Omit<Contributions, 'principals' | 'directory'> {
  /** Whether every commit bears a signature that GitHub verified. */
  readonly signed: boolean;
}

/** Who wrote, committed and pushed what a pull request holds. A clean merge of the base counts for nobody, nor does the push that brought it. */
export async function readContributions(
  workplace: Workplace,
  pull: PullFacts,
  tip: string,
): Promise<ReadContributions> {
  if (!pull.commits)
    throw new Unjudgeable(
      `This pull request has ${mostCommits} commits or more. GitHub lists no more, so who wrote them cannot be known: squash them.`,
    );
  const { repository } = workplace;
  const [commits, pushes] = await Promise.all([
    withSigners(repository, pull.number, pull.commits),
    readPushesOf(repository, pull),
  ]);
  const own = new Set(commits.map(({ sha }) => sha));
  const clean = new Set<string>();
  for (const commit of commits)
    if (await mergesBaseCleanly(workplace, commit, own, tip)) clean.add(commit.sha);
  const brought = pushes.filter(
    ({ before, after }) => !(clean.has(after) && firstParent(commits, after) === before),
  );
  const signatures = commits.flatMap(({ author, committer }) => [author, committer]);
  return {
    author: pull.author,
    commits: commits.map((commit) => ({ ...commit, cleanMerge: clean.has(commit.sha) })),
    accounts: new Map(
      signatures.flatMap(({ email, account }) => (account ? [[email.toLowerCase(), account.id]] : [])),
    ),
    // A log that does not tell yet how the head came to be where it is does not tell who brought it there.
    pushers: [...brought, ...(pushes.some(({ after }) => after === pull.headSha) ? [] : [unknownPush])].map(
      ({ account }) => account,
    ),
    signed: commits.every(({ verified }) => verified),
  };
}

/**
 * Whether a commit only brings the branch up to date: its second parent is on the default branch, its first one holds nothing else that the branch
 * has not got but commits of the pull request, and it changes nothing that its parents have. Were there a second commit that both come from, either
 * could be taken for the one before the changes.
 */
async function mergesBaseCleanly(
  { repository, git }: Workplace,
  { sha, parents }: PullCommit,
  own: ReadonlySet<string>,
  tip: string,
): Promise<boolean> {
  const [ours, theirs, ...others] = parents;
  if (ours === undefined || theirs === undefined || others.length > 0 || own.has(theirs)) return false;
  if ((await git.mergeBase(tip, theirs)) !== theirs) return false;
  const base = await git.mergeBase(theirs, ours);
  if (base === null) return false;
  const ahead = await readCommitsBetween(repository, base, ours);
  if (!ahead.every((commit) => own.has(commit))) return false;
  const [merged, our, their, common] = await Promise.all(
    [sha, ours, theirs, base].map((commit) => git.tree(commit)),
  );
  if (!merged || !our || !their || !common) throw new Error(`the trees of the merge ${sha} were not read`);
  return isCleanMerge({ merged, ours: our, theirs: their, base: common });
}

function firstParent(commits: readonly PullCommit[], sha: string): string | undefined {
  return commits.find((commit) => commit.sha === sha)?.parents[0];
}
