import type { Instant } from '../requests/instant.ts';

/** The time, and a way to be woken by it. Decisions are given an instant; only the shell holds a clock. */
export interface Clock {
  now(): Instant;
  /** Resolves when the clock reads the instant or later; rejects when the signal aborts. */
  reaches(instant: Instant, signal: AbortSignal): Promise<void>;
}

/** Timers can't be set further ahead than this. */
const longestTimer = 24 * 60 * 60 * 1000;

export const systemClock: Clock = {
  now: () => Date.now(),
  async reaches(instant, signal) {
    while (Date.now() < instant) await timer(Math.min(instant - Date.now(), longestTimer), signal);
  },
};

function timer(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => reject(signal.reason as Error);
    if (signal.aborted) return give();
    const timeout = setTimeout(() => {
      signal.removeEventListener('abort', give);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timeout), give()), { once: true });
  });
}
