import { setTimeout } from 'node:timers/promises';
import { sql } from 'kysely';
import { fromKysely, type PgBoss } from 'pg-boss';
import type { Database, Queryable } from '../database/connect.ts';
import { line, priorities, type Job, type QueuedTask } from './queue-storage.ts';

/** How many tasks to claim, and of which. */
export interface Claim {
  readonly most: number;
  readonly urgentOnly: boolean;
}

/** Another process claims for a moment: so often it is tried, after so many milliseconds at most, before the next look is waited for. */
const turns = { tries: 10, pause: 20 } as const;

/**
 * Claims the next tasks that are due and whose keys are free. One process at a time: two that claim together would not see each other's, and run
 * two tasks of one key. The embedded database has one process anyway. Nobody waits in the database for a turn: the process that has it may be
 * on a machine that vanished.
 */
export async function claim(
  { db, kind }: Database,
  boss: PgBoss,
  schema: string,
  what: Claim,
): Promise<Job[]> {
  const fetched = (connection: Queryable) => fetchDue(boss, connection, what);
  if (kind === 'embedded') return db.connection().execute(fetched);
  for (let tries = 0; tries < turns.tries; tries += 1) {
    if (tries > 0) await setTimeout(Math.random() * turns.pause);
    const jobs = await db.connection().execute((connection) => inTurn(connection, schema, fetched));
    if (jobs !== null) return jobs;
  }
  return [];
}

/** `null`: it is another process's turn. A transaction that `onCommit` does not tell of: it is the queue's own, and changes nothing for it. */
async function inTurn<Result>(
  connection: Queryable,
  schema: string,
  work: (connection: Queryable) => Promise<Result>,
): Promise<Result | null> {
  await sql`begin isolation level read committed`.execute(connection);
  try {
    const lock = sql<{ mine: boolean }>`select pg_try_advisory_xact_lock(hashtext(${schema})) as mine`;
    const { rows } = await lock.execute(connection);
    const result = rows[0]?.mine ? await work(connection) : null;
    await sql`commit`.execute(connection);
    return result;
  } catch (error) {
    await sql`rollback`.execute(connection);
    throw error;
  }
}

function fetchDue(boss: PgBoss, connection: Queryable, { most, urgentOnly }: Claim): Promise<Job[]> {
  return boss.fetch<QueuedTask>(line, {
    db: fromKysely(connection.withoutPlugins()),
    batchSize: most,
    includeMetadata: true,
    groupConcurrency: 1,
    ...(urgentOnly ? { minPriority: priorities.urgent } : {}),
  });
}
