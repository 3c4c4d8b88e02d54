import { liveStates, type GrantState } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';

export interface GrantCounts {
  /** Every live state, those without a grant too. */
  readonly byState: Readonly<Partial<Record<GrantState, number>>>;
  /** Live grants whose time is up. */
  readonly overdue: number;
  /** In milliseconds; 0: none is. */
  readonly longestOverdue: number;
}

/** How many grants have something left to do, and how late the latest of them is. */
export async function grantCounts(db: Queryable, now: Instant): Promise<GrantCounts> {
  const rows = await db
    .selectFrom('grants')
    .select((grant) => [
      'state',
      grant.fn.countAll<string | number>().as('count'),
      grant.fn.countAll<string | number>().filterWhere('expiresAt', '<=', new Date(now)).as('overdue'),
      grant.fn.min('expiresAt').as('firstEnd'),
    ])
    .where('state', 'in', liveStates)
    .groupBy('state')
    .execute();
  const none = Object.fromEntries(liveStates.map((state) => [state, 0]));
  return {
    byState: { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])) },
    overdue: rows.reduce((sum, { overdue }) => sum + Number(overdue), 0),
    longestOverdue: Math.max(0, ...rows.map(({ firstEnd }) => now - firstEnd.getTime())),
  };
}
