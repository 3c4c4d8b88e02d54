import { sql } from 'kysely';
import { fromKysely, type PgBoss } from 'pg-boss';
import type { Queryable } from '../database/connect.ts';
import { line, type Job, type QueuedTask } from './queue-storage.ts';

/** A task as it is put into the line. */
export interface Placement {
  readonly task: QueuedTask;
  /** `X-GitHub-Delivery` of the webhook that led to it, where there is one: a waiting like keeps its own. */
  readonly delivery: string | undefined;
  /** Not before so many seconds from now. Among the delayed tasks of one name and key the earliest stands. */
  readonly delay: number;
  readonly priority: number;
  /** It is tried again until it succeeds. */
  readonly untilDone: boolean;
  /** In seconds; `undefined`: there are no pauses. */
  readonly longestPause: number | undefined;
}

/**
 * Puts tasks into the line; the last of several likes stands. One whose like waits already is that one: it is locked until the sender commits, so
 * that it can't run before, without seeing what the sender stored.
 */
export async function enqueue(
  boss: PgBoss,
  schema: string,
  queryable: Queryable,
  placements: readonly Placement[],
): Promise<void> {
  const db = queryable.withoutPlugins();
  const bySlot = new Map(placements.map((placement) => [slotOf(placement), placement]));
  // Everybody in one order, so that no two wait for each other.
  let missing = new Map([...bySlot].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  while (missing.size > 0) {
    const waiting = await joinWaiting(db, schema, missing);
    missing = new Map([...missing].filter(([slot]) => !waiting.has(slot)));
    if (missing.size === 0) return;
    const jobs = [...missing].map(([slot, placement]) => jobOf(slot, placement));
    const inserted = await boss.insert(line, jobs, { db: fromKysely(db), returnId: true });
    // Somebody was faster with a like of one: that one is joined, or begun already.
    if (inserted?.length === jobs.length) return;
  }
}

/**
 * Locks what waits, the newest of each slot, and gives the slots; what says otherwise, or is due later, is edited. Everybody locks in one order, so
 * that nobody waits for each other.
 */
async function joinWaiting(
  db: Queryable,
  schema: string,
  placements: ReadonlyMap<string, Placement>,
): Promise<ReadonlySet<string>> {
  const sent = [...placements].map(([slot, placement]) => ({
    slot,
    data: dataOf(placement),
    delay: placement.delay,
  }));
  const job = sql.table(`${schema}.job`);
  const now = sql`${sql.ref(`${schema}.job_now`)}()`;
  const { rows } = await sql<{ slot: string }>`
    with sent as (
      select slot, data, ${now} + delay * interval '1 s' as start_after
        from json_to_recordset(${JSON.stringify(sent)}::json) as sent(slot text, data jsonb, delay float8)
    ), waiting as (
      select id, singleton_key, created_on, data, start_after from ${job}
       where name = ${line} and state < 'active' and singleton_key in (select slot from sent)
       order by singleton_key collate "C", id for update
    ), joined as (
      select distinct on (slot) slot, id, least(waiting.start_after, sent.start_after) as start_after,
             sent.data || jsonb_strip_nulls(jsonb_build_object('delivery', waiting.data -> 'delivery')) as data
        from waiting join sent on slot = singleton_key
       order by slot, created_on desc
    ), edited as (
      update ${job} job set data = joined.data, start_after = joined.start_after from joined
       where job.id = joined.id and job.name = ${line} and job.state < 'active'
         and (job.data, job.start_after) is distinct from (joined.data, joined.start_after)
    )
    select slot from joined`.execute(db);
  return new Set(rows.map(({ slot }) => slot));
}

function jobOf(slot: string, placement: Placement) {
  const { task, delay, priority, untilDone, longestPause } = placement;
  return {
    data: dataOf(placement),
    singletonKey: slot,
    group: { id: task.key },
    startAfter: delay,
    priority,
    ...(untilDone ? { retryLimit: 2 ** 31 - 1 } : {}),
    ...(longestPause === undefined ? {} : { retryBackoff: true, retryDelayMax: longestPause }),
  };
}

function dataOf({ task: { name, key, data }, delivery }: Placement): Job['data'] {
  return { name, key, data, ...(delivery === undefined ? {} : { delivery }) };
}

/** Delayed ones stand beside those that are due: neither takes the other's place. */
function slotOf({ task: { name, key, singletonKey = key }, delay }: Placement): string {
  return `${name} ${singletonKey}${delay > 0 ? ' later' : ''}`;
}
