import type { NewCommit } from '../git/commit.ts';
import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';

/** Writes a commit that GitHub vouches for: it shows as verified. */
export async function writeSigned(
  github: GitHub,
  repository: Repository,
  commit: NewCommit,
): Promise<string> {
  const sha = await repository.git.writeCommit(commit);
  repository.signedAt.set(sha, github.now());
  return sha;
}
