import { sql } from 'kysely';
import { PgBoss, fromKysely, type JobWithMetadata } from 'pg-boss';
import type { Database, Queryable } from '../database/connect.ts';

/** Something to do in the background. */
export interface QueuedTask {
  readonly name: string;
  /** Tasks of one key run one after the other, whatever their names; those of one name and key are one while they wait. */
  readonly key: string;
  readonly data: object;
}

export interface SendOptions {
  /** Not before so many seconds from now. Among the delayed tasks of one name and key the earliest stands. */
  readonly startAfterSeconds?: number;
  /** What a waiting task is told apart by, instead of its key. */
  readonly singletonKey?: string;
  /** Tried again until it succeeds: for what must not be given up, such as a revocation. */
  readonly untilDone?: boolean;
}

export interface TaskContext {
  /** 1 for the first. */
  readonly attempt: number;
}

export type Handlers<Task extends QueuedTask> = {
  readonly [Name in Task['name']]: (
    data: Extract<Task, { readonly name: Name }>['data'],
    context: TaskContext,
  ) => Promise<void>;
};

/** A task that was given up after its last attempt. */
export interface FailedTask {
  readonly name: string;
  readonly key: string;
  readonly data: object;
  readonly failedAt: Date;
  /** What the last attempt threw. */
  readonly error: unknown;
}

/**
 * Durable tasks, each run at least once: a handler must be able to run twice. One that is sent while its like waits is the same task, with
 * the newer data; one that is sent while its like runs, runs after it.
 */
export interface Queue<Task extends QueuedTask> {
  /** Sends a task. Given a transaction, it exists if and when that commits. */
  send(db: Queryable, task: Task, options?: SendOptions): Promise<void>;
  /** Starts to carry out tasks. */
  work(handlers: Handlers<Task>): Promise<void>;
  /** Resolves when no task runs, is due, or waits to be tried again. Tasks that are delayed are left out. */
  idle(): Promise<void>;
  /** The tasks that were given up. */
  failed(): Promise<FailedTask[]>;
  /** Takes no new task and waits for those that run. The database stays open. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  /** The PostgreSQL schema of the queue's own tables. */
  readonly schema?: string;
  /** How many tasks run at the same time in this process. */
  readonly concurrency?: number;
  /** How often a failed task is tried again, and the first pause in seconds: it doubles, up to ten minutes; 0: at once, always. */
  readonly retries?: { readonly limit: number; readonly pause: number };
  /** Told of each failed attempt, once. */
  readonly log?: QueueLog;
}

/** The part of a logger that the queue needs. */
export interface QueueLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** How a task stands in pg-boss. */
interface Envelope {
  readonly name: string;
  readonly key: string;
  readonly data: object;
}

type Job = JobWithMetadata<Envelope>;

/** All tasks stand in one line, so that a key holds across their names. */
const line = 'tasks';
const givenUp = 'given-up';

const day = 24 * 60 * 60;
/** Without a sign of life for this many seconds a task counts as abandoned, and is tried again. */
const signOfLife = 30;
/** The loop looks for tasks at least this often, in milliseconds: other processes send too, and delays pass. */
const pollEvery = 1000;

const silent: QueueLog = { warn: () => undefined, error: () => undefined };

/** Opens the queue in the database's own connections; creates its tables where they are missing. */
export async function openQueue<Task extends QueuedTask>(
  database: Database,
  options: QueueOptions = {},
): Promise<Queue<Task>> {
  const { schema = 'queue', concurrency = 4, retries = { limit: 12, pause: 1 }, log = silent } = options;
  const boss = await startBoss(database, schema, retries, log);
  const running = new Map<string, { readonly job: Job; readonly done: Promise<void> }>();
  const idlers = new Set<() => void>();
  let handlers: Handlers<Task> | undefined;
  let stopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;

  /** Starts what is due and can start. Never twice at the same time: what calls meanwhile has it look once more. */
  function look(): void {
    lookAgain = true;
    looking ??= (async () => {
      while (lookAgain && !stopping) {
        lookAgain = false;
        try {
          await startWhatIsDue();
          if (idlers.size > 0 && running.size === 0 && !(await isBusy(database, schema))) releaseIdlers();
        } catch (error) {
          log.error({ err: error }, 'the queue could not be read; it is tried again');
        }
      }
      looking = undefined;
    })();
  }

  async function startWhatIsDue(): Promise<void> {
    while (handlers && running.size < concurrency && !stopping) {
      const job = await claim(database, boss, schema);
      if (!job) return;
      const done = carryOut(job).finally(() => {
        running.delete(job.id);
        look();
      });
      running.set(job.id, { job, done });
    }
  }

  async function carryOut(job: Job): Promise<void> {
    const { name, key, data } = job.data;
    const attempt = job.retryCount + 1;
    try {
      const handler = (handlers as Record<string, Handlers<QueuedTask>[string] | undefined>)[name];
      if (!handler) throw new Error(`nothing carries out a task named ${name}`);
      await handler(data, { attempt });
      await boss.complete(line, job);
    } catch (error) {
      const last = job.retryCount >= job.retryLimit;
      const details = { err: error, task: name, key, attempt };
      if (last) log.error(details, 'a task failed for the last time and is given up');
      else log.warn(details, 'a task failed and will be tried again');
      // Where even this fails, the sign of life stops and the task is taken up again.
      await boss
        .fail(
          line,
          job,
          error instanceof Error ? { message: error.message, stack: error.stack } : { thrown: error },
        )
        .catch((lost: unknown) => log.error({ err: lost }, 'the failure of a task could not be stored'));
    }
  }

  function releaseIdlers(): void {
    for (const release of idlers) release();
    idlers.clear();
  }

  const polling = setInterval(look, pollEvery);
  const living = setInterval(
    () => {
      const jobs = [...running.values()].map(({ job }) => job);
      if (jobs.length === 0) return;
      boss
        .touch(line, jobs)
        .catch((error: unknown) => log.error({ err: error }, 'no sign of life could be given'));
    },
    (signOfLife / 3) * 1000,
  );
  const unsubscribe = database.onCommit(look);

  return {
    async send(db, task, sendOptions) {
      await enqueue(boss, db, task, sendOptions);
      if (!db.isTransaction) look();
    },
    async work(given) {
      handlers = given;
      look();
    },
    idle: () =>
      new Promise((resolve) => {
        idlers.add(resolve);
        look();
      }),
    async failed() {
      const jobs = (await boss.findJobs<Envelope>(givenUp, { queued: true })) as Job[];
      return jobs.map(({ data, createdOn, sourceOutput }) => ({
        ...data,
        failedAt: createdOn,
        error: sourceOutput,
      }));
    },
    async stop() {
      stopping = true;
      clearInterval(polling);
      clearInterval(living);
      unsubscribe();
      await looking;
      await Promise.all([...running.values()].map(({ done }) => done));
      await boss.stop({ graceful: false, close: false });
    },
  };
}

async function startBoss(
  database: Database,
  schema: string,
  retries: { readonly limit: number; readonly pause: number },
  log: QueueLog,
): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => database.run(text, values) },
    backend: database.kind === 'embedded' ? 'pglite' : 'postgres',
    schema,
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
  await boss.createQueue(line, {
    policy: 'short',
    deadLetter: givenUp,
    retryLimit: retries.limit,
    retryDelay: retries.pause,
    retryBackoff: retries.pause > 0,
    ...(retries.pause > 0 ? { retryDelayMax: 600 } : {}),
    heartbeatSeconds: signOfLife,
    expireInSeconds: day - 1,
    retentionSeconds: 365 * day,
  });
  // pg-boss reads its queues when it first needs them: inside a transaction on the only connection that would wait for ever.
  await Promise.all([line, givenUp].map((name) => boss.findJobs(name, { key: 'none' })));
  return boss;
}

/**
 * Claims the next task that is due and whose key is free. One process at a time: two that claim together would not see each other's, and run
 * two tasks of one key.
 */
function claim({ db }: Database, boss: PgBoss, schema: string): Promise<Job | undefined> {
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(hashtext(${schema}))`.execute(connection);
    try {
      const [job] = await boss.fetch<Envelope>(line, {
        db: fromKysely(connection.withoutPlugins()),
        includeMetadata: true,
        groupConcurrency: 1,
      });
      return job;
    } finally {
      await sql`select pg_advisory_unlock(hashtext(${schema}))`.execute(connection);
    }
  });
}

/**
 * A waiting like is edited rather than left alone: the edit locks it until the sender commits, so that it can't run before, without seeing
 * what the sender stored.
 */
async function enqueue(
  boss: PgBoss,
  queryable: Queryable,
  { name, key, data }: QueuedTask,
  { startAfterSeconds = 0, singletonKey = key, untilDone = false }: SendOptions = {},
): Promise<void> {
  const db = fromKysely(queryable.withoutPlugins());
  const delayed = startAfterSeconds > 0;
  const slot = `${name} ${singletonKey}${delayed ? ' later' : ''}`;
  const due = Date.now() + startAfterSeconds * 1000;
  const waiting = delayed ? await boss.findJobs<Envelope>(line, { key: slot, queued: true, db }) : [];
  const earliest = Math.min(due, ...waiting.map(({ startAfter }) => startAfter.getTime()));
  await boss.upsert(line, { name, key, data } satisfies Envelope, {
    db,
    singletonKey: slot,
    group: { id: key },
    startAfter: delayed ? new Date(earliest) : 0,
    ...(untilDone ? { retryLimit: 2 ** 31 - 1 } : {}),
  });
}

/** Whether any process has something to do now, or again later. */
async function isBusy(database: Database, schema: string): Promise<boolean> {
  const { rows } = await database.run(
    `select 1 from ${schema}.job where name = $1
     and (state in ('active', 'retry') or state = 'created' and start_after <= now()) limit 1`,
    [line],
  );
  return rows.length > 0;
}
