import { PgBoss, type JobWithMetadata } from 'pg-boss';
import type { Database } from '../database/connect.ts';

/** Something to do in the background. */
export interface QueuedTask {
  readonly name: string;
  /** Tasks of one key run one after the other, whatever their names; those of one name and key are one while they wait. */
  readonly key: string;
  /** What those of one name are told apart by while they wait, instead of the key. */
  readonly singletonKey?: string;
  readonly data: object;
}

/** The part of a logger that the queue needs. */
export interface QueueLog {
  debug(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A task as pg-boss holds it, with the delivery of the webhook that led to it. */
export type Job = JobWithMetadata<QueuedTask & { readonly delivery?: string }>;

/** All tasks stand in one line, so that a key holds across their names. */
export const line = 'tasks';
/** Tasks that failed for the last time. */
export const givenUp = 'given-up';

/** Tasks of a higher priority are claimed first. */
export const priorities = { urgent: 2, early: 1, other: 0 } as const;

const day = 24 * 60 * 60;
/** Without a sign of life for this many seconds a task counts as abandoned, and is tried again. */
export const signOfLife = 30;

/** The PostgreSQL schema of the queue's own tables: it stands beside the app's. */
export function queueSchema({ schema }: Pick<Database, 'schema'>): string {
  return schema === 'public' ? 'queue' : `${schema}_queue`;
}

/** pg-boss for a command that moves tasks about: it makes no tables, looks after nothing and runs nothing. */
export async function openBoss(database: Database, schema: string): Promise<PgBoss> {
  const boss = new PgBoss({
    ...inDatabase(database, schema),
    migrate: false,
    schedule: false,
    supervise: false,
  });
  await boss.start();
  await readQueues(boss);
  return boss;
}

/** pg-boss works in the database's own connections. */
function inDatabase(database: Database, schema: string) {
  return {
    db: {
      executeSql: (text: string, values?: unknown[]) => database.run(text, values),
    },
    backend: database.kind === 'embedded' ? ('pglite' as const) : ('postgres' as const),
    schema,
  };
}

/** pg-boss reads its queues when it first needs them: inside a transaction on the only connection that would wait for ever. */
async function readQueues(boss: PgBoss): Promise<void> {
  await Promise.all([line, givenUp].map((name) => boss.findJobs(name, { key: 'none' })));
}

/** Starts pg-boss, with its tables. */
export async function startBoss(
  database: Database,
  schema: string,
  retries: { readonly limit: number; readonly pause: number },
  log: QueueLog,
): Promise<PgBoss> {
  const boss = new PgBoss({
    ...inDatabase(database, schema),
    // No cron and no flows are used; abandoned tasks are looked for often.
    schedule: false,
    flowIntervalSeconds: day,
    superviseIntervalSeconds: signOfLife / 2,
    monitorIntervalSeconds: signOfLife / 2,
    monitorVacuum: database.kind === 'server',
    reindex: database.kind === 'server',
  });
  boss.on('error', (error) => log.error({ err: error }, 'the queue could not do its housekeeping'));
  await boss.start();
  await boss.createQueue(givenUp, { retentionSeconds: 90 * day });
  const settings = {
    deadLetter: givenUp,
    retryLimit: retries.limit,
    retryDelay: retries.pause,
    retryBackoff: retries.pause > 0,
    heartbeatSeconds: signOfLife,
    expireInSeconds: day - 1,
    retentionSeconds: 365 * day,
  };
  await boss.createQueue(line, { policy: 'short', ...settings });
  // What stands already keeps the settings it was made with, which may be an earlier version's.
  await boss.updateQueue(line, settings);
  await readQueues(boss);
  if (database.kind === 'embedded') await takeUpAbandoned(database, boss, schema);
  return boss;
}

/** The embedded database is one process's alone: what it shows as running was left behind by a process that died. */
async function takeUpAbandoned(database: Database, boss: PgBoss, schema: string): Promise<void> {
  const { rows } = await database.run(
    `select id::text from ${schema}.job where name = $1 and state = 'active'`,
    [line],
  );
  const ids = rows.map(({ id }) => String(id));
  if (ids.length > 0) await boss.fail(line, ids, { message: 'the process ended while the task ran' });
}

export interface TaskCounts {
  readonly running: number;
  readonly due: number;
  readonly again: number;
  readonly givenUp: number;
  /** For how many seconds the task has waited that is due for the longest; 0: none is. */
  readonly longestWait: number;
}

export async function countTasks(database: Database, schema: string): Promise<TaskCounts> {
  const { rows } = await database.run(
    `select count(*) filter (where name = $1 and state = 'active') as running,
            count(*) filter (where name = $1 and state = 'created' and start_after <= now()) as due,
            count(*) filter (where name = $1 and state = 'retry') as again,
            count(*) filter (where name = $2 and state = 'created') as "givenUp",
            extract(epoch from max(now() - start_after)
              filter (where name = $1 and state < 'active' and start_after <= now())) as "longestWait"
       from ${schema}.job where state in ('active', 'created', 'retry')`,
    [line, givenUp],
  );
  const [row = {}] = rows;
  const count = (name: keyof TaskCounts) => Number(row[name] ?? 0);
  return {
    running: count('running'),
    due: count('due'),
    again: count('again'),
    givenUp: count('givenUp'),
    longestWait: count('longestWait'),
  };
}

/**
 * Puts a task off for so many milliseconds, and as if nobody had begun it: the attempt does not count. Nothing where it is no longer this
 * attempt's.
 */
export async function putOff(
  database: Database,
  schema: string,
  { id, retryCount }: Job,
  pause: number,
  reason: string,
): Promise<void> {
  await database.run(
    `update ${schema}.job
        set state = 'retry', started_on = null, heartbeat_on = null, start_after = now() + $3 * interval '1 ms', output = $4
      where id = $1 and state = 'active' and retry_count = $2`,
    [id, retryCount, pause, JSON.stringify({ message: reason })],
  );
}

/** Ends the pause of every task that waits to be tried again, and says how many these are. */
export async function endPauses(database: Database, schema: string): Promise<number> {
  const { rows } = await database.run(
    `update ${schema}.job set start_after = now() where name = $1 and state = 'retry' returning id`,
    [line],
  );
  return rows.length;
}

/** Makes due what is delayed. */
export async function endDelays(database: Database, schema: string): Promise<void> {
  await database.run(
    `update ${schema}.job set start_after = now() where name = $1 and state = 'created' and start_after > now()`,
    [line],
  );
}

/** Whether any process has something to do now, or to try again later. What was put off is nobody's failure. */
export async function isBusy(database: Database, schema: string): Promise<boolean> {
  const { rows } = await database.run(
    `select 1 from ${schema}.job where name = $1
     and (state = 'active' or state = 'retry' and started_on is not null
          or state in ('created', 'retry') and start_after <= now()) limit 1`,
    [line],
  );
  return rows.length > 0;
}
