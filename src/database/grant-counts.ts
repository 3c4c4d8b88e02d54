import { liveStates, type GrantState } from '../grants/grant.ts';
import type { Instant } from '../requests/instant.ts';
import type { Queryable } from './connect.ts';

export interface GrantCounts {
  /** Every live state, those without a grant too. */
  readonly byState: Readonly<Partial<Record<GrantState, number>>>;
  /** Live grants that should have begun or ended by now. */
  readonly due: number;
  /** Live grants whose time is up. */
  readonly overdue: number;
  /** In milliseconds; 0: none is. */
  readonly longestOverdue: number;
}

/** How many grants have something left to do, and how late the latest of them is. */
export async function grantCounts(db: Queryable, now: Instant): Promise<GrantCounts> {
  const at = new Date(now);
  const rows = await db
    .selectFrom('grants')
    .select((grant) => [
      'state',
      grant.fn.countAll<string | number>().as('count'),
      grant.fn.countAll<string | number>().filterWhere('startsAt', '<=', at).as('begun'),
      grant.fn.countAll<string | number>().filterWhere('expiresAt', '<=', at).as('overdue'),
      grant.fn.min('expiresAt').as('firstEnd'),
    ])
    .where('state', 'in', liveStates)
    .groupBy('state')
    .execute();
  const none = Object.fromEntries(liveStates.map((state) => [state, 0]));
  return {
    byState: { ...none, ...Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)])) },
    due: rows.reduce((sum, row) => sum + Number(row[dueWhere[row.state] ?? 'overdue']), 0),
    overdue: rows.reduce((sum, { overdue }) => sum + Number(overdue), 0),
    longestOverdue: Math.max(0, ...rows.map(({ firstEnd }) => now - firstEnd.getTime())),
  };
}

/** Which of a state's grants have something to begin or to end by now; of all others those that are overdue. */
const dueWhere: Readonly<Partial<Record<GrantState, 'begun' | 'count'>>> = {
  scheduled: 'begun',
  granting: 'count',
  revoking: 'count',
};
