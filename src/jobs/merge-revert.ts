import { revertById } from '../database/reverts.ts';
import { readPull } from '../github/read-pull.ts';
import { deleteBranch, mergePull } from '../github/write-pull.ts';
import { revertBranch, storeMergedRevert, tendRevertTask, withoutEntry } from './tend-revert.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/**
 * Merges a revert pull request, if its head is exactly the tip without the entry: the pull request is evidence, not a vehicle. One whose head
 * is anything else is written anew; one that the ruleset keeps the app from merging waits for a person.
 */
export async function mergeRevertTask(parts: Parts, { revertId }: Tasks['merge-revert']): Promise<void> {
  const { db, log } = parts;
  const revert = await revertById(db, revertId);
  if (revert?.state !== 'open' || revert.pull === null) return;
  const workplace = await parts.workplace(revert.repositoryId);
  const { repository, git } = workplace;
  const [pull, without] = await Promise.all([
    readPull(repository, revert.pull),
    withoutEntry(parts, workplace, revert),
  ]);
  if (!pull?.open) return;
  if (!without || !(await isExactly(git, pull.headSha, without))) return tendRevertTask(parts, { revertId });

  const outcome = await mergePull(repository, revert.pull, pull.headSha);
  if ('refused' in outcome) {
    log.warn(
      { revertId, pull: revert.pull, refused: outcome.refused },
      'GitHub does not let the app merge a revert pull request',
    );
    return;
  }
  await storeMergedRevert(parts, revert, outcome.merged);
  await deleteBranch(repository, revertBranch(revert));
}

type Git = Parameters<typeof withoutEntry>[1]['git'];

/** Whether a commit sits on the tip and differs from it in that one file, which reads as it should. */
async function isExactly(
  git: Git,
  head: string,
  { tip, file, text }: { readonly tip: string; readonly file: string; readonly text: string },
): Promise<boolean> {
  const [{ parents }, before, after] = await Promise.all([git.commit(head), git.tree(tip), git.tree(head)]);
  const paths = new Set([...before.keys(), ...after.keys()]);
  const changed = [...paths].filter((path) => before.get(path)?.sha !== after.get(path)?.sha);
  const written = after.get(file);
  return (
    parents.length === 1 &&
    parents[0] === tip &&
    changed.every((path) => path === file) &&
    written !== undefined &&
    written.regular &&
    (await git.text(written)) === text
  );
}
