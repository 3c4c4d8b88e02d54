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
 * A commit with the tree of one and another as its parent: merged with what stands on that other, it makes it the merge base.
 * git 2.39 has no `merge-tree --merge-base`.
 */
export async function standIn(git: GitRepository, onto: string, parent: string): Promise<string> {
  return git.writeCommit({ ...(await git.commit(onto)), parents: [parent] });
}

/** Replays the commits of `head` that `since` lacks onto `onto`, merges left out, keeping each author. The new tip; undefined on a conflict. */
export async function rebase(
  git: GitRepository,
  onto: string,
  head: string,
  committer: Signature,
  since = onto,
): Promise<string | undefined> {
  let tip = onto;
  for (const sha of await commitsBetween(git, since, head)) {
    const picked = await git.commit(sha);
    const [parent, second] = picked.parents;
    if (parent === undefined || second !== undefined) continue;
    const tree = await mergeTrees(git, await standIn(git, tip, parent), sha);
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
