import type { Activity } from '../model/activity.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import type { Pull } from '../model/pull.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { pushViolations } from '../model/rules.ts';
import { closePull, refreshBase } from './pull-lifecycle.ts';
import { isDefaultBranch, moveRef, plannedMove } from './pushes.ts';

/** A pull request, and the commit that brings it into its base. */
export interface Landed {
  pull: Pull;
  sha: string;
}

/** Moves a base by one push to the last of these commits, each made on the one before, and closes their pull requests as merged. */
export async function land(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  branch: string,
  landed: readonly Landed[],
  as: Activity['type'],
): Promise<void> {
  const after = landed.at(-1)?.sha ?? null;
  const move = await plannedMove(repository, `refs/heads/${branch}`, after);
  // Marked before the ref moves: a merge is no push that happens to contain the heads.
  for (const { pull, sha } of landed) {
    pull.merged = { at: github.now(), by: performer.user, sha };
    pull.state = 'closed';
  }
  await moveRef(github, repository, performer, { ...move, as });
  for (const { pull } of landed) {
    await closePull(github, repository, performer, pull);
    if (repository.settings.delete_branch_on_merge) await deleteHead(github, repository, performer, pull);
  }
}

/** Deletes a merged head unless it is protected; what was based on it goes to where it was merged. */
export async function deleteHead(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  { head, base }: Pull,
): Promise<void> {
  const ref = `refs/heads/${head.ref}`;
  if (head.repositoryId !== repository.id || isDefaultBranch(repository, ref)) return;
  const move = await plannedMove(repository, ref, null);
  if (move.before === null || (await pushViolations(repository, performer, move)).length > 0) return;
  for (const pull of pullsOf(repository))
    if (pull.state === 'open' && pull.base.ref === head.ref)
      await retarget(github, repository, performer, pull, base.ref);
  await moveRef(github, repository, performer, move);
}

/** Gives a pull request another base, as GitHub does of itself where the one it had is merged. */
export async function retarget(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  branch: string,
): Promise<void> {
  const changes = { base: { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } } };
  pull.base.ref = branch;
  await refreshBase(repository, pull);
  pull.updatedAt = github.now();
  await github.publish({
    event: 'pull_request',
    action: 'edited',
    automatic: true,
    repository,
    sender,
    pull,
    changes,
  });
}
