import { isAncestor } from '../git/history.ts';
import { mergeTrees } from '../git/merge.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { writeSigned } from './commits.ts';
import { push } from './pushes.ts';

/** Merges the base's tip into the head. Refused with 422: nothing new, conflicts, or another head than expected. */
export async function updateHead(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  expected: string | undefined,
): Promise<void> {
  const { git } = repository;
  const head = pull.head.sha;
  if (expected !== undefined && expected !== head)
    throw new Refusal(422, `expected head sha didn’t match current head ref.`);
  const base = await git.commitSha(`refs/heads/${pull.base.ref}`);
  if (base === undefined || pull.state === 'closed') throw new Refusal(422, 'Pull Request is not mergeable');
  if (await isAncestor(git, base, head))
    throw new Refusal(422, 'There are no new commits on the base branch.');
  const tree = await mergeTrees(git, head, base);
  if (tree === undefined) throw new Refusal(422, 'merge conflict between base and head');
  const after = await writeSigned(github, repository, {
    tree,
    parents: [head, base],
    author: signatureOf(performer.user, github.now()),
    committer: signatureOf(github.webFlow, github.now()),
    message: `Merge branch '${pull.base.ref}' into ${pull.head.ref}`,
  });
  await push(github, repository, performer, { ref: `refs/heads/${pull.head.ref}`, after });
}
