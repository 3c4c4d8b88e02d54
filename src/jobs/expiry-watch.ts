import { dueConnections, nextDue } from '../database/due-grants.ts';
import { duePulls, nextPullDue, postponePull } from '../database/pulls.ts';
import type { Instant } from '../requests/instant.ts';
import type { Parts } from './parts.ts';
import { applyGrants, evaluatePull } from './tasks.ts';

/** Watches over what begins and ends, apart from every webhook and every pull request. */
export interface ExpiryWatch {
  start(): void;
  /** Grants were stored or moved: look again. */
  wake(): void;
  /** Resolves once everything that is due by now has its task. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** It looks at least this often, in milliseconds: what failed is handed over again, for ever. */
const longestNap = 60_000;
/** A pull request that can't be evaluated is tried again this much later. */
const pauseBetweenLooks = 60 * 60_000;
/** After an error it looks again this much later. */
const pauseAfterError = 1000;

/**
 * Expiry is a query on the grants, not a job: at every instant at which a grant begins or ends the watch finds where something is due and hands each
 * connection to the queue; and each pull request whose approvals lapse or that has waited too long. It works from the database alone, so it needs neither GitHub nor a webhook, and picks up whatever came due while
 * the app was down.
 */
export function expiryWatch({
  db,
  queue,
  clock,
  log,
}: Pick<Parts, 'db' | 'queue' | 'clock' | 'log'>): ExpiryWatch {
  const stopped = new AbortController();
  let nap = new AbortController();
  let watching: Promise<void> = Promise.resolve();

  async function handOverWhatIsDue(now: Instant): Promise<void> {
    const connections = await dueConnections(db, now);
    await queue.send(
      db,
      connections.map((connection) => applyGrants({ connection })),
    );
    for (const { repositoryId, pull } of await duePulls(db, now))
      await db.transaction().execute(async (trx) => {
        // Whatever comes of it: it is not handed over again and again.
        await postponePull(trx, repositoryId, pull, now + pauseBetweenLooks);
        await queue.send(trx, evaluatePull(repositoryId, pull));
      });
  }

  /** The next after the instant at which was looked: what came due meanwhile is next. */
  async function sleepUntilNextDue(now: Instant): Promise<void> {
    const latest = now + longestNap;
    const due = [await nextDue(db, now), await nextPullDue(db, now)].flatMap((instant) => instant ?? []);
    await reached(Math.min(latest, ...due), AbortSignal.any([stopped.signal, nap.signal]));
  }

  /** Being woken early is no failure. */
  function reached(instant: number, signal: AbortSignal): Promise<void> {
    return clock.reaches(instant, signal).catch(() => undefined);
  }

  async function watch(): Promise<void> {
    while (!stopped.signal.aborted) {
      nap = new AbortController();
      try {
        const now = clock.now();
        await handOverWhatIsDue(now);
        await sleepUntilNextDue(now);
      } catch (error) {
        log.error({ err: error }, 'the expiry watch could not look for what is due; it looks again');
        await reached(clock.now() + pauseAfterError, stopped.signal);
      }
    }
  }

  return {
    start() {
      watching = watch();
    },
    wake: () => nap.abort(),
    settled: () => handOverWhatIsDue(clock.now()),
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}
