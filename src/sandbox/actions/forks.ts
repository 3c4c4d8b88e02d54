import { dirname, join } from 'node:path';
import { createRepository } from '../git/repository.ts';
import { personalAccount, type User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { newRepository, type Repository } from '../model/repository.ts';

/** Copies a repository, branches and tags, to a person's own account; whoever has a fork already gets that one. */
export async function forkRepository(github: GitHub, parent: Repository, user: User): Promise<Repository> {
  const known = [...github.repositories.values()].find(
    (repository) => repository.parent === parent && repository.owner.person === user,
  );
  if (known) return known;
  const id = github.nextId();
  const git = await createRepository(join(dirname(parent.git.folder), `${id}.git`), parent.defaultBranch);
  await git.git([
    'fetch',
    '--quiet',
    parent.git.folder,
    'refs/heads/*:refs/heads/*',
    'refs/tags/*:refs/tags/*',
  ]);
  const fork = newRepository(github, {
    id,
    git,
    name: parent.name,
    owner: personalAccount(user),
    private: parent.private,
    defaultBranch: parent.defaultBranch,
    parent,
  });
  for (const [sha, at] of parent.signedAt) fork.signedAt.set(sha, at);
  github.repositories.set(id, fork);
  await github.publish({ event: 'fork', repository: parent, sender: user, forkee: fork });
  return fork;
}

/** Brings a commit from one repository of a network to another: on GitHub they share their objects. */
export async function bringCommit(from: Repository, to: Repository, sha: string): Promise<void> {
  const signedAt = from.signedAt.get(sha);
  if (signedAt) to.signedAt.set(sha, signedAt);
  if (from === to || (await to.git.commitSha(sha)) !== undefined) return;
  await to.git.git(['fetch', '--quiet', '--no-tags', from.git.folder, sha]);
}
