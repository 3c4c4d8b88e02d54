import type { DatabaseConnection } from 'kysely';
import type { Database, Queryable } from '../database/connect.ts';
import { attempt, type Outcome } from './attempt.ts';
import { claim } from './claim.ts';
import { enqueue } from './enqueue.ts';
import {
  countTasks,
  endDelays,
  endPauses,
  givenUp,
  isBusy,
  line,
  priorities,
  queueSchema,
  signOfLife,
  startBoss,
  type Job,
  type QueuedTask,
  type QueueLog,
  type TaskCounts,
} from './queue-storage.ts';
import { currentTrace, traced } from '../trace.ts';

/** A task, and the webhook that led to it (`X-GitHub-Delivery`) where that is not the one under way. */
export type Sent<Task> = Task & { readonly delivery?: string };

export interface SendOptions {
  /** Not before so many seconds from now. Among the delayed tasks of one name and key the earliest stands. */
  readonly startAfterSeconds?: number;
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
  /** Sends a task, or several at once. Given a transaction, they exist if and when that commits. */
  send(db: Queryable, tasks: Sent<Task> | readonly Sent<Task>[], options?: SendOptions): Promise<void>;
  /** Starts to carry out tasks. */
  work(handlers: Handlers<Task>): Promise<void>;
  /** Resolves when no task runs, is due, or waits to be tried again. Tasks that are delayed or put off are left out. */
  idle(): Promise<void>;
  /** Tries what failed again now, instead of after its pause: what it failed for is mended. */
  retryNow(): Promise<void>;
  /** Carries out now what is delayed, instead of when it is due. */
  hurry(): Promise<void>;
  /** How many tasks run, are due, wait to be tried again, and were given up, in whichever process. */
  counts(): Promise<TaskCounts>;
  /** The tasks that were given up. */
  failed(): Promise<FailedTask[]>;
  /** Takes no new task and waits for those that run, and for what is gathered up to now. The database stays open. */
  stop(): Promise<void>;
}

export interface QueueOptions {
  /** The PostgreSQL schema of the queue's own tables; beside the app's unless given. */
  readonly schema?: string;
  /** How many tasks run at the same time in this process. */
  readonly concurrency?: number;
  /** How often a failed task is tried again, and the first pause in seconds: it doubles, up to about ten minutes; 0: at once, always. */
  readonly retries?: { readonly limit: number; readonly pause: number };
  /** The names of the tasks that are tried again until they succeed: what must not be given up, such as a revocation. */
  readonly neverGivenUp?: readonly string[];
  /** The names of the tasks that go before all others, and that the last free place is kept for: they wait for nobody. */
  readonly urgent?: readonly string[];
  /** The names of the tasks that go before all others but those. */
  readonly early?: readonly string[];
  /** For how many seconds tasks of a name wait for their likes, to be done once for all of them. */
  readonly gathered?: Readonly<Partial<Record<string, number>>>;
  /**
   * For how many milliseconds a task is put off for what it threw, since it could do nothing meanwhile: such an attempt does not count.
   * `undefined`: it failed.
   */
  readonly pauseFor?: (error: unknown) => number | undefined;
  /** Told of each attempt at a task, and what came of it. */
  readonly attempted?: (task: string, outcome: Outcome) => void;
  /** Told of each failed attempt, once. */
  readonly log?: QueueLog;
}

/** The loop looks for tasks at least this often, in milliseconds: other processes send too, and delays pass. */
const pollEvery = 1000;

/** As a rule what is sent in a transaction is committed within so many milliseconds: later, it is found by looking every so often. */
const longestTransaction = 10_000;

/** The longest pause before a failed task is tried again, in seconds. */
const longestPause = 600;

/** So many seconds more or less: what failed together is not to come back together. */
const around = (seconds: number) => Math.round(seconds * (0.8 + 0.4 * Math.random()));

const silent: QueueLog = { debug: () => undefined, warn: () => undefined, error: () => undefined };

/** Opens the queue in the database's own connections; creates its tables where they are missing. */
export async function openQueue<Task extends QueuedTask>(
  database: Database,
  options: QueueOptions = {},
): Promise<Queue<Task>> {
  const {
    schema = queueSchema(database),
    concurrency = 4,
    retries = { limit: 12, pause: 1 },
    gathered = {},
    pauseFor = () => undefined,
    attempted = () => undefined,
    log = silent,
  } = options;
  const neverGivenUp = new Set(options.neverGivenUp);
  const { urgent = [], early = [] } = options;
  const priorityOf = (name: string) =>
    priorities[urgent.includes(name) ? 'urgent' : early.includes(name) ? 'early' : 'other'];
  const boss = await startBoss(database, schema, retries, log);
  const tools = { database, schema, boss, log, pauseFor, attempted };
  const running = new Map<string, { readonly job: Job; readonly done: Promise<void> }>();
  const idlers = new Set<() => void>();
  let handlers: Handlers<Task> | undefined;
  let stopping = false;
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  // The connections on which a transaction sent something: one that is rolled back leaves its own here, to be looked after in vain once.
  const sentOn = new WeakSet<DatabaseConnection>();
  let urgentSent = -Infinity;
  // The last place is kept for what is urgent.
  const kept = urgent.length > 0 ? 1 : 0;

  /** Starts what is due and can start. Never twice at the same time: what calls meanwhile has it look once more. */
  function look(): void {
    if (stopping) return;
    lookAgain = true;
    looking ??= (async () => {
      while (lookAgain) {
        lookAgain = false;
        const waiting = [...idlers];
        try {
          // To see that there is nothing to do costs less than to claim nothing.
          if (waiting.length > 0 && running.size === 0 && !(await isBusy(database, schema))) release(waiting);
          else await startWhatIsDue();
        } catch (error) {
          log.error({ err: error }, 'the queue could not be read; it is tried again');
        }
      }
      looking = undefined;
    })();
  }

  /** Something was sent, or may have been: to look for what there is no place for would cost as much as to store it. */
  function lookIfThereIsPlace(): void {
    if (freePlaces() > kept || performance.now() - urgentSent < longestTransaction) look();
  }

  async function startWhatIsDue(): Promise<void> {
    for (let free = freePlaces(); free > 0; free = freePlaces()) {
      const urgentOnly = free <= kept;
      const most = urgentOnly ? free : free - kept;
      const jobs = await claim(database, boss, schema, { most, urgentOnly });
      for (const job of jobs) start(job);
      if (jobs.length < most) return;
    }
  }

  const freePlaces = () => (handlers === undefined || stopping ? 0 : concurrency - running.size);

  function start(job: Job): void {
    const { name: task, key, delivery } = job.data;
    // Whoever happened to have it looked for is another one.
    const trace = { ...(delivery === undefined ? {} : { delivery }), task, key };
    const done = traced(trace, () =>
      attempt(tools, job, (count) => carryOut(job.data, { attempt: count })),
    ).finally(() => {
      running.delete(job.id);
      look();
    });
    running.set(job.id, { job, done });
  }

  async function carryOut({ name, data }: QueuedTask, context: TaskContext): Promise<void> {
    const handler = (handlers as Record<string, Handlers<QueuedTask>[string] | undefined>)[name];
    if (!handler) throw new Error(`nothing carries out a task named ${name}`);
    await handler(data, context);
  }

  /** As far as there is a place for it: whoever stops the process does not wait for ever. */
  async function carryOutWhatWaitsForItsLikes(): Promise<void> {
    try {
      await endDelays(database, schema);
      await looking;
      await startWhatIsDue();
    } catch (error) {
      log.warn({ err: error }, 'what waits for its likes could not be carried out before the end');
    }
  }

  function release(waiting: Iterable<() => void>): void {
    for (const resolve of waiting) {
      idlers.delete(resolve);
      resolve();
    }
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
  const unsubscribe = database.onCommit((connection) => {
    if (sentOn.delete(connection)) lookIfThereIsPlace();
  });

  return {
    async send(db, tasks, { startAfterSeconds } = {}) {
      const placements = [tasks].flat().map((task) => ({
        task,
        delivery: task.delivery ?? currentTrace().delivery,
        delay: startAfterSeconds ?? gathered[task.name] ?? 0,
        untilDone: neverGivenUp.has(task.name),
        priority: priorityOf(task.name),
        longestPause: retries.pause > 0 ? around(longestPause) : undefined,
      }));
      if (placements.length === 0) return;
      await enqueue(boss, schema, db, placements);
      if (placements.some(({ priority }) => priority === priorities.urgent)) urgentSent = performance.now();
      if (db.isTransaction) await db.getExecutor().provideConnection(async (one) => void sentOn.add(one));
      else lookIfThereIsPlace();
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
    async retryNow() {
      if ((await endPauses(database, schema)) > 0) look();
    },
    async hurry() {
      await endDelays(database, schema);
      look();
    },
    counts: () => countTasks(database, schema),
    async failed() {
      const jobs = (await boss.findJobs<QueuedTask>(givenUp, { queued: true })) as Job[];
      return jobs.map(({ data: { name, key, data }, createdOn, sourceOutput }) => ({
        name,
        key,
        data,
        failedAt: createdOn,
        error: sourceOutput,
      }));
    },
    async stop() {
      if (freePlaces() > 0) await carryOutWhatWaitsForItsLikes();
      stopping = true;
      clearInterval(polling);
      clearInterval(living);
      unsubscribe();
      await looking;
      await Promise.all([...running.values()].map(({ done }) => done));
      release(idlers);
      await boss.stop({ graceful: false, close: false });
    },
  };
}
