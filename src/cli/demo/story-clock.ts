import type { Clock } from '../../jobs/clock.ts';
import { formatInstant, parseInstant, type Instant } from '../../requests/instant.ts';

/** A clock that runs like any other and can be set forward: hours of a story pass in a moment. */
export interface StoryClock extends Clock {
  /** Sets the clock forward to an instant and wakes whoever waited for it. */
  advanceTo(instant: Instant): void;
  /** The time as the story tells it, RFC 3339. */
  stamp(): string;
}

export function storyClock(begin: string): StoryClock {
  const start = parseInstant(begin);
  if (start === undefined) throw new Error(`${begin} is no instant`);
  let offset = start - Date.now();
  const waiting = new Set<{ readonly instant: Instant; readonly wake: () => void }>();
  const now = () => Date.now() + offset;
  const wakeWhoeverIsDue = () => {
    for (const waiter of waiting) if (waiter.instant <= now()) waiter.wake();
  };

  return {
    now,
    stamp: () => formatInstant(now()),
    advanceTo(instant) {
      offset = Math.max(offset, instant - Date.now());
      wakeWhoeverIsDue();
    },
    reaches(instant, signal) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        // Whatever comes due within seconds comes by itself; later instants wait for `advanceTo` too.
        // A timer can fire a fraction of a millisecond early, and would find nobody due.
        const timer = setTimeout(wakeWhoeverIsDue, Math.min(Math.max(0, instant - now()) + 1, 2 ** 31 - 1));
        const settle = (finish: () => void) => () => {
          clearTimeout(timer);
          waiting.delete(waiter);
          finish();
        };
        const waiter = { instant, wake: settle(resolve) };
        waiting.add(waiter);
        signal.addEventListener(
          'abort',
          settle(() => reject(signal.reason as Error)),
          { once: true },
        );
      });
    },
  };
}
