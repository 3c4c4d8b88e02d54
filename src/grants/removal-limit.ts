import type { Grant } from './grant.ts';

/** How many grants one run may end without a person's word. Expiry is no removal. */
export interface RemovalLimit {
  /** So many may always end. */
  readonly count: number;
  /** And so large a share of those in force, from 0 to 1. */
  readonly share: number;
}

/** Why grants end before their time: their entries were taken out, or who holds them left. */
export type RemovalReason = 'returned' | 'left';

/**
 * Which of the grants that a run would end wait for a person's word: all or none of those that do not wait already. What is beyond the limit is
 * more than the count and more than the share.
 */
export function toHoldBack(
  { count, share }: RemovalLimit,
  ending: readonly Grant[],
  held: ReadonlySet<string>,
  inForce: number,
): readonly Grant[] {
  const fresh = ending.filter(({ id }) => !held.has(id));
  return fresh.length > count && fresh.length > share * inForce ? fresh : [];
}
