import type { User } from './account.ts';

export interface Review {
  id: number;
  user: User;
  body: string;
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED';
  /** Moved to the new head by a force-push: never what the reviewer saw for sure. */
  commitId: string;
  submittedAt: Date;
}

/** The last review of each person that says yes or no; a comment changes nothing, a dismissed one takes its own back. */
export function decisiveReviews(reviews: readonly Review[]): Review[] {
  const latest = new Map<number, Review>();
  for (const review of reviews) if (review.state !== 'COMMENTED') latest.set(review.user.id, review);
  return [...latest.values()].filter(({ state }) => state !== 'DISMISSED');
}
