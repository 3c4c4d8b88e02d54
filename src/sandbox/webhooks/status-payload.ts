import { refs } from '../git/history.ts';
import type { GitHubEvent } from '../model/event.ts';
import type { GitHub } from '../model/github.ts';
import { fullName } from '../model/repository.ts';
import { commitPayload } from '../payloads/commit.ts';
import { apiUrl } from '../payloads/repository.ts';
import { simpleStatus } from '../payloads/status.ts';
import type { StatusBody } from './descriptions.ts';

/** The body of a `status` webhook: with the commit, and the branches that stand there. */
export async function statusEventPayload(
  github: GitHub,
  { repository, status }: Extract<GitHubEvent, { event: 'status' }>,
): Promise<StatusBody> {
  const { url: _, node_id: __, ...said } = simpleStatus(github, repository, status);
  const tips = await refs(repository.git, 'refs/heads/');
  return {
    ...said,
    sha: status.sha,
    name: fullName(repository),
    commit: commitPayload(github, repository, await repository.git.commit(status.sha)),
    branches: tips
      .filter(({ sha }) => sha === status.sha)
      .map(({ ref, sha }) => ({
        name: ref.slice('refs/heads/'.length),
        commit: { sha, url: `${apiUrl(github, repository)}/commits/${sha}` },
        protected: repository.protection.has(ref.slice('refs/heads/'.length)),
      })),
  };
}
