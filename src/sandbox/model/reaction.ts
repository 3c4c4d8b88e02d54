import type { User } from './account.ts';

export const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const;

/** To a comment, or to a pull request itself: ids count up over everything, so that one number names either. */
export interface Reaction {
  id: number;
  subjectId: number;
  user: User;
  content: (typeof REACTIONS)[number];
  createdAt: Date;
}
