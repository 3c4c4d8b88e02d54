import type { GitHubEvent } from '../model/event.ts';
import { instant } from '../payloads/instant.ts';
import type { MergeGroupBody } from './descriptions.ts';

/** The body of a `merge_group` webhook: what the group is built on, and the commit that its checks belong on. */
export async function mergeGroupPayload(
  event: Extract<GitHubEvent, { event: 'merge_group' }>,
): Promise<MergeGroupBody> {
  const { repository, branch, group } = event;
  const { tree, message, author, committer } = await repository.git.commit(group.headSha);
  return {
    ...(event.action === 'destroyed' ? { reason: event.reason } : {}),
    merge_group: {
      head_sha: group.headSha,
      head_ref: group.ref,
      base_sha: group.baseSha,
      base_ref: `refs/heads/${branch}`,
      head_commit: {
        id: group.headSha,
        tree_id: tree,
        message,
        timestamp: instant(committer.date),
        author: { name: author.name, email: author.email },
        committer: { name: committer.name, email: committer.email },
      },
    },
  };
}
