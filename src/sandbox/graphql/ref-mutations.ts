import { push } from '../actions/pushes.ts';
import { isRefName } from '../git/history.ts';
import { mayWrite, refused, type Asker } from './asker.ts';
import { repositoryOf } from './nodes.ts';
import type { Fields } from './sources.ts';

interface NewRef {
  clientMutationId?: string | null;
  repositoryId: string;
  /** The whole name, such as `refs/heads/main`. */
  name: string;
  oid: string;
}

/** Refs: making one is a push. */
export const refMutations = {
  async createRef(_root, { input }: { input: NewRef }, asker: Asker) {
    const { repositoryId, name: ref, oid: sha, clientMutationId } = input;
    const { repository } = repositoryOf(asker, repositoryId);
    const performer = mayWrite(asker, repository, { mutation: 'createRef', permission: 'contents' });
    if (!/^refs\/(heads|tags)\/./.test(ref) || !(await isRefName(repository.git, ref)))
      throw refused('UNPROCESSABLE', `${ref} is not a valid ref name.`);
    if (await repository.git.commitSha(ref))
      throw refused('UNPROCESSABLE', `A ref named "${ref}" already exists in the repository.`);
    if ((await repository.git.commitSha(sha)) !== sha)
      throw refused('UNPROCESSABLE', 'Object does not exist');
    await push(asker.github, repository, performer, { ref, after: sha });
    return { clientMutationId: clientMutationId ?? null, ref: { __typename: 'Ref', repository, ref, sha } };
  },
} satisfies Fields<unknown>;
