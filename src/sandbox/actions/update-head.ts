import { isAncestor } from '../git/history.ts';
import { mergeTrees } from '../git/merge.ts';
import type { Performer } from '../model/app.ts';
import { headRepository, type GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { writeSigned } from './commits.ts';
import { bringCommit } from './forks.ts';
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
  if (!mayPushHead(repository, pull, performer))
    throw new Refusal(403, 'Resource not accessible by the requester');
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
  const from = headRepository(github, pull);
  await bringCommit(repository, from, after);
  await push(github, from, performer, { ref: `refs/heads/${pull.head.ref}`, after });
}

/** A fork's head is for its owner, and for those who may write the base where the owner lets them. */
function mayPushHead(repository: Repository, pull: Pull, { user }: Performer): boolean {
  return pull.head.repositoryId === repository.id || pull.maintainerCanModify || pull.author === user;
}
