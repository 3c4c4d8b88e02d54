import { changeTree, entryAt, type TreeChange } from '../git/tree.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { writeSigned } from './commits.ts';
import { push } from './pushes.ts';

export interface BranchCommit {
  branch: string;
  message: string;
  additions: readonly { path: string; contents: Buffer }[];
  deletions: readonly { path: string }[];
}

/** Commits changes of files to a branch's tip, signed by GitHub: its SHA. Rulesets and protection hold (422). */
export async function commitOnBranch(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  { branch, message, additions, deletions }: BranchCommit,
): Promise<string> {
  const { git } = repository;
  const ref = `refs/heads/${branch}`;
  const tip = await git.commitSha(ref);
  if (tip === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const added = additions.map(async ({ path, contents }): Promise<TreeChange> => {
    const mode = (await entryAt(git, tip, path))?.mode === '100755' ? '100755' : '100644';
    return { path, mode, sha: await git.writeBlob(contents) };
  });
  const deleted = deletions.map(async ({ path }): Promise<TreeChange> => {
    const entry = await entryAt(git, tip, path);
    if (!entry)
      throw new Refusal(
        422,
        `A path was requested for deletion which does not exist as of commit oid \`${tip}\``,
      );
    return { path, mode: entry.mode, sha: null };
  });
  const after = await writeSigned(github, repository, {
    tree: await changeTree(git, tip, await Promise.all([...added, ...deleted])),
    parents: [tip],
    author: signatureOf(performer.user, github.now()),
    committer: signatureOf(github.webFlow, github.now()),
    message,
  });
  await push(github, repository, performer, { ref, after });
  return after;
}
