import type { Parts } from './parts.ts';
import { redeliverFailed, sweep } from './tasks.ts';

/** Looks after every repository at the start and every few minutes, whether or not a webhook came. */
export interface Rounds {
  start(): void;
  stop(): Promise<void>;
}

/** In milliseconds. */
const pause = 5 * 60_000;

export function rounds(
  { db, queue, clock, log }: Pick<Parts, 'db' | 'queue' | 'clock' | 'log'>,
  repositories: readonly { readonly id: number }[],
): Rounds {
  const stopped = new AbortController();
  let going: Promise<void> = Promise.resolve();

  async function go(): Promise<void> {
    while (!stopped.signal.aborted) {
      try {
        for (const { id } of repositories) await queue.send(db, sweep(id));
        await queue.send(db, redeliverFailed);
      } catch (error) {
        log.error({ err: error }, 'a sweep could not be sent; the next one is');
      }
      // Being stopped is no failure.
      await clock.reaches(clock.now() + pause, stopped.signal).catch(() => undefined);
    }
  }

  return {
    start() {
      going = go();
    },
    async stop() {
      stopped.abort();
      await going;
    },
  };
}
