import { atLeast, levelOf } from './access.ts';
import { codeOwners, ownsAs } from './code-owners.ts';
import type { ReviewDemands } from './demands.ts';
import type { Pull } from './pull.ts';
import { pullChanges } from './pull-changes.ts';
import type { Repository } from './repository.ts';
import { decisiveReviews } from './review.ts';

export const CHANGES_REQUESTED = 'Changes have been requested.';

/** What the reviews of a pull request still leave to ask for. */
export async function unmetReviews(
  repository: Repository,
  demands: ReviewDemands,
  pull: Pull,
): Promise<string[]> {
  return [
    ...unmetApprovals(repository, demands, pull),
    ...(await unmetOwners(repository, demands, pull)),
    ...unmetLastPush(demands, pull),
  ];
}

function unmetApprovals(
  repository: Repository,
  { approvals: needed, codeOwners: owners }: ReviewDemands,
  pull: Pull,
): string[] {
  if (needed === 0 && !owners) return [];
  // An app's review counts for the number; a person's only with write access.
  const counting = decisiveReviews(pull.reviews).filter(
    ({ user }) => user.type === 'Bot' || atLeast(levelOf(repository, user), 'write'),
  );
  if (counting.some(({ state }) => state === 'CHANGES_REQUESTED')) return [CHANGES_REQUESTED];
  const approvals = counting.filter(({ state }) => state === 'APPROVED').length;
  if (approvals >= needed) return [];
  const subject = needed === 1 ? 'approving review is' : 'approving reviews are';
  return [`At least ${needed} ${subject} required by reviewers with write access.`];
}

async function unmetOwners(repository: Repository, demands: ReviewDemands, pull: Pull): Promise<string[]> {
  if (!demands.codeOwners) return [];
  const changes = await pullChanges(repository, pull);
  const paths = changes.flatMap(({ path, previousPath }) => (previousPath ? [path, previousPath] : [path]));
  const owners = await codeOwners(repository, `refs/heads/${pull.base.ref}`, paths);
  const approvers = decisiveReviews(pull.reviews)
    .filter(({ state }) => state === 'APPROVED')
    .map(({ user }) => user);
  const missing = [...owners.values()].filter(
    (names) =>
      names.length > 0 &&
      !names.some((name) => approvers.some((approver) => ownsAs(repository, name, approver))),
  );
  const awaited = [...new Set(missing.flat())].map((name) => name.slice(1));
  return awaited.length === 0 ? [] : [`Waiting on code owner review from ${awaited.join(' and/or ')}.`];
}

/** Somebody else than who pushed last must have approved since. */
function unmetLastPush({ lastPush }: ReviewDemands, { pushed, reviews }: Pull): string[] {
  const approved = decisiveReviews(reviews).some(
    ({ id, user, state }) => state === 'APPROVED' && user !== pushed.by && id > pushed.id,
  );
  return !lastPush || approved
    ? []
    : ['New changes require approval from someone other than the last pusher.'];
}
