import { mergeTrees } from '../git/merge.ts';
import { checkRunsOn } from './check.ts';
import type { GitHub } from './github.ts';
import type { Pull } from './pull.ts';
import type { Repository } from './repository.ts';
import { isBehind, unmetRules } from './rules.ts';
import { latestStatuses } from './status.ts';
import { signatureOf } from './signatures.ts';

/** The merge of head into the base's tip, tried: what an open pull request shows. */
export interface TestMerge {
  base: string;
  head: string;
  /** The merge commit, kept as `refs/pull/N/merge`; null where the two conflict. */
  sha: string | null;
}

const tried = new WeakMap<Pull, { base: string; head: string; attempt: Promise<TestMerge> }>();

/** Tries the merge again only when base or head have moved. */
export async function testMerge(github: GitHub, repository: Repository, pull: Pull): Promise<TestMerge> {
  const base = (await repository.git.commitSha(`refs/heads/${pull.base.ref}`)) ?? pull.base.sha;
  const head = pull.head.sha;
  const known = tried.get(pull);
  if (known?.base === base && known.head === head) return known.attempt;
  const attempt = tryMerge(github, repository, pull, { base, head });
  tried.set(pull, { base, head, attempt });
  return attempt;
}

async function tryMerge(
  github: GitHub,
  { git }: Repository,
  pull: Pull,
  { base, head }: { base: string; head: string },
): Promise<TestMerge> {
  const tree = await mergeTrees(git, base, head);
  if (tree === undefined) return { base, head, sha: null };
  const sha = await git.writeCommit({
    tree,
    parents: [base, head],
    author: signatureOf(pull.author, github.now()),
    committer: signatureOf(github.webFlow, github.now()),
    message: `Merge ${head} into ${base}`,
  });
  await git.setRef(`refs/pull/${pull.number}/merge`, sha);
  return { base, head, sha };
}

/** GitHub's one word for what keeps a pull request from its merge. */
export async function mergeableState(
  github: GitHub,
  repository: Repository,
  pull: Pull,
): Promise<'dirty' | 'draft' | 'behind' | 'blocked' | 'unstable' | 'clean'> {
  const { sha } = await testMerge(github, repository, pull);
  if (sha === null) return 'dirty';
  if (pull.draft) return 'draft';
  const unmet = await unmetRules(repository, pull);
  if (unmet.length === 1 && (await isBehind(repository, pull))) return 'behind';
  if (unmet.length > 0) return 'blocked';
  const passed = checkRunsOn(repository, pull.head.sha, 'latest').every(({ conclusion }) =>
    ['success', 'neutral', 'skipped'].includes(conclusion ?? ''),
  );
  const said = latestStatuses(repository.statuses, pull.head.sha);
  return passed && said.every(({ state }) => state === 'success') ? 'clean' : 'unstable';
}
