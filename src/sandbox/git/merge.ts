import type { Signature } from './commit.ts';
import { commitsBetween, mergeBase } from './history.ts';
import type { GitRepository } from './repository.ts';

/** The tree of a three-way merge; undefined where the two conflict. */
export function mergeTrees(git: GitRepository, ours: string, theirs: string): Promise<string | undefined> {
  return git.remember(`merge ${ours} ${theirs}`, async () => {
    if ((await mergeBase(git, ours, theirs)) === undefined) return undefined;
    const { code, stdout } = await git.run(['merge-tree', '--write-tree', '--no-messages', ours, theirs]);
    return code === 0 ? stdout.toString().slice(0, 40) : undefined;
  });
}

/**
 * Replays the commits of `head` that `onto` lacks, merges left out, keeping each author. The new tip; undefined on a conflict.
 * git 2.39 has no `merge-tree --merge-base`: a stand-in commit with the target's tree and the picked commit's
 * parent makes that parent the merge base.
 */
export async function rebase(
  git: GitRepository,
  onto: string,
  head: string,
  committer: Signature,
): Promise<string | undefined> {
  let tip = onto;
  for (const sha of await commitsBetween(git, onto, head)) {
    const picked = await git.commit(sha);
    const [parent, second] = picked.parents;
    if (parent === undefined || second !== undefined) continue;
    const target = await git.commit(tip);
    const standIn = await git.writeCommit({ ...target, parents: [parent] });
    const tree = await mergeTrees(git, standIn, sha);
    if (tree === undefined) return undefined;
    tip = await git.writeCommit({
      tree,
      parents: [tip],
      author: picked.author,
      committer,
      message: picked.message,
    });
  }
  return tip;
}
