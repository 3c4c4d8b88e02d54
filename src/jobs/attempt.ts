import type { PgBoss } from 'pg-boss';
import type { Database } from '../database/connect.ts';
import { line, putOff, type Job, type QueueLog } from './queue-storage.ts';

/** What came of one attempt at a task. */
export type Outcome = 'done' | 'failed' | 'givenUp' | 'putOff';

/** What an attempt is made with. */
export interface AttemptTools {
  readonly database: Database;
  readonly schema: string;
  readonly boss: PgBoss;
  readonly log: QueueLog;
  /** For how many milliseconds a task is put off for what it threw; `undefined`: it failed. */
  readonly pauseFor: (error: unknown) => number | undefined;
  readonly attempted: (task: string, outcome: Outcome) => void;
}

/** Makes one attempt at a task and stores what came of it. Never throws: what can't even be stored is taken up again for want of a sign of life. */
export async function attempt(
  { boss, ...tools }: AttemptTools,
  job: Job,
  work: (attempt: number) => Promise<void>,
): Promise<void> {
  const { log, attempted } = tools;
  const { name, key } = job.data;
  const details = { task: name, key, attempt: job.retryCount + 1 };
  try {
    await work(details.attempt);
    await boss.complete(line, job);
    attempted(name, 'done');
    log.debug(details, 'a task is done');
  } catch (error) {
    const pause = tools.pauseFor(error);
    if (pause !== undefined) return postpone(tools, job, error, Math.max(0, pause));
    const last = job.retryCount >= job.retryLimit;
    attempted(name, last ? 'givenUp' : 'failed');
    if (last) log.error({ err: error, ...details }, 'a task failed for the last time and is given up');
    else log.warn({ err: error, ...details }, 'a task failed and will be tried again');
    await boss
      .fail(
        line,
        job,
        error instanceof Error ? { message: error.message, stack: error.stack } : { thrown: error },
      )
      .catch((lost: unknown) => log.error({ err: lost }, 'the failure of a task could not be stored'));
  }
}

/** At most so many milliseconds on top of what a task is put off for. */
const mostJitter = 60_000;

/** With jitter, and never sooner than it is told. */
async function postpone(
  { database, schema, log, attempted }: Omit<AttemptTools, 'boss'>,
  job: Job,
  error: unknown,
  pause: number,
): Promise<void> {
  const { name, key } = job.data;
  const milliseconds = Math.round(pause + Math.random() * Math.min(pause, mostJitter));
  attempted(name, 'putOff');
  log.warn({ err: error, task: name, key, milliseconds }, 'a task is put off');
  const reason = error instanceof Error ? error.message : String(error);
  await putOff(database, schema, job, milliseconds, reason).catch((lost: unknown) =>
    log.error({ err: lost }, 'a task could not be put off'),
  );
}
