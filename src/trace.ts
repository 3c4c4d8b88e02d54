import { AsyncLocalStorage } from 'node:async_hooks';

/** What every line of the log bears while something is done, and the audit log with it: the way from a webhook through its tasks to the target is found by it. */
export interface Trace {
  /** `X-GitHub-Delivery` of the webhook that it began with; left out where it was none. */
  readonly delivery?: string;
  /** The task under way. */
  readonly task?: string;
  readonly key?: string;
}

const current = new AsyncLocalStorage<Trace>();

/** Does the work under this trace alone, whatever is under way outside. */
export function traced<Result>(trace: Trace, work: () => Result): Result {
  return current.run(trace, work);
}

export function currentTrace(): Trace {
  return current.getStore() ?? {};
}
