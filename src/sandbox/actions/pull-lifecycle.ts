import { isAncestor } from '../git/history.ts';
import type { Performer } from '../model/app.ts';
import { demandsOn } from '../model/demands.ts';
import { headRepository, type GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { bringCommit } from './forks.ts';
import { markDismissed } from './reviews.ts';

/** The head's branch was pushed: the pull request follows, and its reviews as far as GitHub moves them. */
export async function followHead(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  { after, forced }: { after: string; forced: boolean },
): Promise<void> {
  const before = pull.head.sha;
  await bringCommit(headRepository(github, pull), repository, after);
  pull.head.sha = after;
  pull.pushed = { id: github.nextId(), by: sender };
  await refreshBase(repository, pull);
  pull.updatedAt = github.now();
  await repository.git.setRef(`refs/pull/${pull.number}/head`, after);
  // After a force-push GitHub lets a review point at the new head, which nobody reviewed.
  for (const review of forced ? pull.reviews : [])
    if (!(await isAncestorOrGone(repository, review.commitId, after))) review.commitId = after;
  await github.publish({
    event: 'pull_request',
    action: 'synchronize',
    repository,
    sender,
    pull,
    before,
    after,
    forced,
  });
  await dismissStale(github, repository, sender, pull);
}

async function isAncestorOrGone({ git }: Repository, commit: string, head: string): Promise<boolean> {
  return (await git.commitSha(commit)) === undefined || isAncestor(git, commit, head);
}

async function dismissStale(
  github: GitHub,
  repository: Repository,
  sender: Performer['user'],
  pull: Pull,
): Promise<void> {
  if (!demandsOn(repository, `refs/heads/${pull.base.ref}`).some((demands) => demands.dismissStale)) return;
  for (const review of pull.reviews.filter(({ state }) => state === 'APPROVED'))
    await markDismissed(github, repository, sender, pull, review);
}

/** Notes the tip of the base as it is now: when opened, pushed, retargeted, never when the base itself moves. */
export async function refreshBase({ git }: Repository, pull: Pull): Promise<void> {
  pull.base.sha = (await git.commitSha(`refs/heads/${pull.base.ref}`)) ?? pull.base.sha;
}

/** Closes a pull request and says so. */
export async function closePull(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
): Promise<void> {
  pull.state = 'closed';
  pull.closedAt = pull.updatedAt = github.now();
  await github.publish({ event: 'pull_request', action: 'closed', repository, sender, pull });
}

/** Marks a pull request merged by the commit that brought it into its base. */
export async function markMerged(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  sha: string,
): Promise<void> {
  pull.merged = { at: github.now(), by: performer.user, sha };
  await closePull(github, repository, performer, pull);
}
