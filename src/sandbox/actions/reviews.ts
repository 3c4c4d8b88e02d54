import { activeMemberIds, type User } from '../model/account.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { pullCommits } from '../model/pull-changes.ts';
import type { Pull } from '../model/pull.ts';
import { invalid, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { Review } from '../model/review.ts';

const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export interface NewReview {
  event: keyof typeof STATES;
  body?: string | undefined;
  commitId?: string | undefined;
}

const unprocessable = (error: string) => new Refusal(422, 'Unprocessable Entity', { errors: [error] });

/** Submits a review. Nobody approves, or asks for changes on, a pull request of their own (422). */
export async function submitReview(
  github: GitHub,
  repository: Repository,
  { user }: Performer,
  pull: Pull,
  input: NewReview,
): Promise<Review> {
  if (user === pull.author && input.event !== 'COMMENT')
    throw unprocessable(
      `Can not ${input.event === 'APPROVE' ? 'approve' : 'request changes on'} your own pull request`,
    );
  if (input.event !== 'APPROVE' && !input.body)
    throw unprocessable(
      `Could not ${input.event === 'COMMENT' ? 'comment' : 'request changes for'} pull request review.`,
    );
  const { commitId = pull.head.sha } = input;
  if (commitId !== pull.head.sha && !(await pullCommits(repository, pull)).includes(commitId))
    throw unprocessable('The commit_id is not part of the pull request');
  const review: Review = {
    id: github.nextId(),
    user,
    body: input.body ?? '',
    state: STATES[input.event],
    commitId,
    submittedAt: github.now(),
  };
  pull.reviews.push(review);
  pull.updatedAt = github.now();
  // Whoever has reviewed is no longer asked, nor is the team they reviewed for.
  pull.requestedReviewers = pull.requestedReviewers.filter((reviewer) => reviewer !== user);
  pull.requestedTeams = pull.requestedTeams.filter(
    (team) => !activeMemberIds(repository.owner, team).includes(user.id),
  );
  await github.publish({
    event: 'pull_request_review',
    action: 'submitted',
    repository,
    sender: user,
    pull,
    review,
  });
  return review;
}

/** Takes an approval or a veto out of the count. */
export async function dismissReview(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  review: Review,
): Promise<void> {
  if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
    throw invalid(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  await markDismissed(github, repository, sender, pull, review);
}

/** Dismisses a review, whether a person asked for it or a rule of the branch, and says so. */
export async function markDismissed(
  github: GitHub,
  repository: Repository,
  sender: User,
  pull: Pull,
  review: Review,
): Promise<void> {
  review.state = 'DISMISSED';
  await github.publish({
    event: 'pull_request_review',
    action: 'dismissed',
    repository,
    sender,
    pull,
    review,
  });
}
