import type { Grant } from './grant.ts';

/** How many entries, or people, may lose their access in one run without a person's word. Expiry is no removal. */
export interface RemovalLimit {
  /** So many always may. */
  readonly count: number;
  /** And so large a share of those that were given something, from 0 to 1. */
  readonly share: number;
}

/** Why grants end before their time: their entries were taken out, or who holds them left. */
export type RemovalReason = 'returned' | 'left';

/** Grants that are beyond the limit: of how many entries, or holders, out of how many that were given something. */
export interface Excess {
  readonly grants: readonly Grant[];
  readonly hit: number;
  readonly all: number;
}

/**
 * Which of the grants that a run would end wait for a person's word: all that do not wait already where these are more than the count and more
 * than the share, or `null`. A mistake hits many: whoever leaves with many grants is one, and so is a team's entry. What was not seen to be given
 * never waits, or it would be given with no entry to stand for it.
 */
export function beyondLimit(
  { count, share }: RemovalLimit,
  because: RemovalReason,
  grants: readonly Grant[],
  ends: (grant: Grant) => boolean,
  held: ReadonlySet<string>,
): Excess | null {
  const given = grants.filter(({ state }) => state === 'active');
  const fresh = given.filter((grant) => ends(grant) && !held.has(grant.id));
  const [hit, all] = [countOf[because](fresh), countOf[because](given)];
  return hit > count && hit > share * all ? { grants: fresh, hit, all } : null;
}

/** What the limit counts: entries, or holders. A service account has no id and goes by its name. */
const countOf: Readonly<Record<RemovalReason, (grants: readonly Grant[]) => number>> = {
  returned: (grants) => new Set(grants.map(({ key }) => key)).size,
  left: (grants) => new Set(grants.map(({ holder }) => holder.id ?? holder.name)).size,
};
