import { fromKysely } from 'pg-boss';
import type { Database } from '../database/connect.ts';
import { givenUp, line, openBoss, queueSchema, type QueuedTask } from './queue-storage.ts';

/** `due`: waits for a free place. `later`: was sent for a time to come. `again`: failed or was put off, and is tried again. */
export type TaskState = 'running' | 'due' | 'later' | 'again' | 'givenUp';

/** A task as whoever operates the app sees it. */
export interface ListedTask extends QueuedTask {
  readonly id: string;
  readonly state: TaskState;
  /** How often it was begun. */
  readonly attempts: number;
  /** Not before this time; `null` where it runs or was given up. */
  readonly next: Date | null;
  /** When it was sent; of one that was given up, when that was. */
  readonly since: Date;
  /** What its last attempt failed for; `null` where it has not. */
  readonly error: string | null;
}

/** Every task that is not done, those first that somebody should look at. Only reads, whatever process works meanwhile. */
export async function listTasks(
  database: Database,
  schema: string = queueSchema(database),
): Promise<ListedTask[]> {
  const { rows } = await database.run(
    `with listed as (
       select id::text, data->>'name' as name, data->>'key' as key, data->'data' as data, created_on as since,
              case when name = $2 then 'givenUp' when state = 'active' then 'running' when state = 'retry' then 'again'
                   when start_after > now() then 'later' else 'due' end as state,
              case when name = $2 then source_retry_count + 1
                   else retry_count + (started_on is not null)::integer end as attempts,
              case when name = $1 and state < 'active' then start_after end as next,
              case when name = $2 then source_output else output end ->> 'message' as error
         from ${schema}.job
        where name = $1 and state in ('created', 'retry', 'active') or name = $2 and state = 'created')
     select * from listed
      order by array_position(array['givenUp', 'again', 'running', 'due', 'later'], state), next, since, id`,
    [line, givenUp],
  );
  return rows as unknown as ListedTask[];
}

/**
 * Sends tasks that were given up once more, with all their attempts, and ends the pause of those that wait to be tried again. One transaction:
 * a task is sent and no longer given up, or neither, however many ask at the same time; where its like waits already, that one runs.
 */
export async function sendAgain(
  database: Database,
  tasks: readonly ListedTask[],
  schema: string = queueSchema(database),
): Promise<void> {
  const ids = (state: TaskState) => tasks.filter((task) => task.state === state).map(({ id }) => id);
  const boss = await openBoss(database, schema);
  try {
    await database.db.transaction().execute(async (trx) => {
      const db = fromKysely(trx.withoutPlugins());
      const dead = ids('givenUp');
      const likes = await db.executeSql(
        `with waiting as (
           delete from ${schema}.job dead using ${schema}.job alike
            where dead.name = $1 and dead.id = any($2::uuid[])
              and alike.name = $3 and alike.state < 'active' and alike.singleton_key = dead.singleton_key
           returning alike.id)
         select id::text from waiting`,
        [givenUp, dead, line],
      );
      if (dead.length > 0) await boss.redrive(givenUp, { ids: dead, limit: dead.length, db });
      // What was sent meanwhile, or stood twice among them, is left behind as failed.
      await db.executeSql(
        `delete from ${schema}.job where name = $1 and id = any($2::uuid[]) and state = 'failed'`,
        [givenUp, dead],
      );
      await db.executeSql(
        `update ${schema}.job set start_after = now() where name = $1 and id = any($2::uuid[]) and state < 'active'`,
        [line, [...ids('again'), ...likes.rows.map(({ id }) => String(id))]],
      );
    });
  } finally {
    await boss.stop({ graceful: false, close: false });
  }
}
