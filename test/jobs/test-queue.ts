import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Database } from '../../src/database/connect.ts';
import { openQueue, type Handlers, type Queue, type QueueOptions } from '../../src/jobs/queue.ts';
import { queueSchema, type QueuedTask } from '../../src/jobs/queue-storage.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';

export type TestTask = QueuedTask &
  (
    | { readonly name: 'greet'; readonly data: { readonly whom: string } }
    | { readonly name: 'count'; readonly data: { readonly to: number } }
  );

export const greet = (key: string, whom: string): TestTask => ({ name: 'greet', key, data: { whom } });
export const count = (key: string, to: number): TestTask => ({ name: 'count', key, data: { to } });

export interface QueueBench {
  readonly database: TestDatabase;
  /** Where the queue keeps its tables. */
  readonly schema: string;
  /** A queue of the test's own; what fails is tried again at once, twice. */
  freshQueue(options?: QueueOptions): Promise<Queue<TestTask>>;
  /** The same queue once more, as another process opens it. */
  sameQueue(on: Database, options?: QueueOptions): Promise<Queue<TestTask>>;
}

/** A database for the test file, and in it a queue that is stopped and emptied after each test. */
export function queueBench(): QueueBench {
  let database: TestDatabase;
  const open: Queue<TestTask>[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());
  afterEach(async () => {
    await Promise.all(open.splice(0).map((queue) => queue.stop()));
    await database.run(`truncate ${queueSchema(database)}.job cascade`);
  });

  async function openedQueue(on: Database, options: QueueOptions = {}): Promise<Queue<TestTask>> {
    const queue = await openQueue<TestTask>(on, { retries: { limit: 2, pause: 0 }, ...options });
    open.push(queue);
    return queue;
  }
  return {
    get database() {
      return database;
    },
    get schema() {
      return queueSchema(database);
    },
    freshQueue: (options) => openedQueue(database, options),
    sameQueue: openedQueue,
  };
}

/** Handlers that write down what they do; `greet` can be given something to do in between. */
export function handlers(log: string[], greeting?: (whom: string) => Promise<void>): Handlers<TestTask> {
  return {
    async greet({ whom }) {
      log.push(`hello ${whom}`);
      await greeting?.(whom);
    },
    async count({ to }) {
      log.push(`${to}`);
    },
  };
}

export function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}
