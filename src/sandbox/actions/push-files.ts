import { changeTree, type TreeChange } from '../git/tree.ts';
import { atLeast, levelOf } from '../model/access.ts';
import type { User } from '../model/account.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { fullName, type Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { push } from './pushes.ts';

export interface PushOptions {
  /** The branch or SHA that a new branch starts from; the default branch otherwise. */
  from?: string;
  /** Logins, as `Co-authored-by` trailers. */
  coAuthors?: string[];
  /** The parent of the commit: the branch is pushed by force. */
  forceFrom?: string;
  /** Modes by path; ordinary files otherwise. */
  mode?: Record<string, '100644' | '120000'>;
}

/** One commit, pushed as a person with git would: the author's own date, no signature. The commit's SHA. */
export async function pushFiles(
  github: GitHub,
  repository: Repository,
  user: User,
  input: PushOptions & {
    branch: string;
    files: Record<string, string | null>;
    message: string | undefined;
  },
): Promise<string> {
  if (!atLeast(levelOf(repository, user), 'write'))
    throw new Refusal(403, `Permission to ${fullName(repository)}.git denied to ${user.login}.`);
  const { git } = repository;
  const ref = `refs/heads/${input.branch}`;
  const start = input.forceFrom ?? (await git.commitSha(ref)) ?? input.from ?? repository.defaultBranch;
  const parent = await git.commitSha(start);
  if (parent === undefined) throw new Error(`there is no commit ${start} in ${fullName(repository)}`);
  const changes = await Promise.all(
    Object.entries(input.files).map(async ([path, content]): Promise<TreeChange> => {
      const sha = content === null ? null : await git.writeBlob(content);
      return { path, mode: input.mode?.[path] ?? '100644', sha };
    }),
  );
  const signature = signatureOf(user, github.now());
  const sha = await git.writeCommit({
    tree: await changeTree(git, parent, changes),
    parents: [parent],
    author: signature,
    committer: signature,
    message: messageOf(github, input),
  });
  await push(github, repository, { user }, { ref, after: sha, force: input.forceFrom !== undefined });
  return sha;
}

function messageOf(
  github: GitHub,
  { message, files, coAuthors = [] }: Parameters<typeof pushFiles>[3],
): string {
  const subject = message ?? `Change ${Object.keys(files).join(', ')}`;
  const trailers = [...github.users.values()]
    .filter(({ login }) => coAuthors.includes(login))
    .map((user) => signatureOf(user, github.now()))
    .map(({ name, email }) => `Co-authored-by: ${name} <${email}>`);
  return [subject, trailers.join('\n')].filter((part) => part !== '').join('\n\n');
}
