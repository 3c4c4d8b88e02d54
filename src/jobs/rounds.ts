import type { Parts } from './parts.ts';
import { redeliverFailed, sweep } from './tasks.ts';

/** Looks after every repository at the start and every few minutes, whether or not a webhook came. */
export interface Rounds {
  start(): void;
  /** Resolves once the sweeps that it is time for are sent. */
  settled(): Promise<void>;
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
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    try {
      await queue.send(db, [...repositories.map(({ id }) => sweep(id)), redeliverFailed]);
    } catch (error) {
      log.error({ err: error }, 'a sweep could not be sent; the next one is');
    }
  }

  async function go(): Promise<void> {
    while (!stopped.signal.aborted) {
      sending = send();
      await sending;
      // Being stopped is no failure.
      await clock.reaches(clock.now() + pause, stopped.signal).catch(() => undefined);
    }
  }

  return {
    start() {
      going = go();
    },
    settled: () => sending,
    async stop() {
      stopped.abort();
      await going;
    },
  };
}
