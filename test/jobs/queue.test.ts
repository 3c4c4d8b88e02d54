import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/database/connect.ts';
import { openQueue, type Handlers, type Queue, type QueueOptions } from '../../src/jobs/queue.ts';
import { openTestDatabase, serverUrl, type TestDatabase } from '../database/test-database.ts';

type TestTask =
  | { readonly name: 'greet'; readonly key: string; readonly data: { readonly whom: string } }
  | { readonly name: 'count'; readonly key: string; readonly data: { readonly to: number } };

const greet = (key: string, whom: string): TestTask => ({ name: 'greet', key, data: { whom } });
const count = (key: string, to: number): TestTask => ({ name: 'count', key, data: { to } });

let database: TestDatabase;
let schema: string;
const open = new Set<Queue<TestTask>>();

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
afterEach(async () => {
  await Promise.all([...open].map((queue) => queue.stop()));
  open.clear();
  await database.run(`drop schema if exists ${schema} cascade`);
});

/** A queue of its own for each test; tried again at once. */
async function freshQueue(options: QueueOptions = {}): Promise<Queue<TestTask>> {
  schema = `queue_${randomBytes(6).toString('hex')}`;
  return sameQueue(database, options);
}

async function sameQueue(on: Database, options: QueueOptions = {}): Promise<Queue<TestTask>> {
  const queue = await openQueue<TestTask>(on, { schema, retries: { limit: 2, pause: 0 }, ...options });
  open.add(queue);
  return queue;
}

/** Handlers that write down what they do; `greet` can be given something to do in between. */
function handlers(log: string[], greeting?: (whom: string) => Promise<void>): Handlers<TestTask> {
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

function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: resolve };
}

describe('a queue', () => {
  test('carries out what was sent before and after it began to work, each once', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    await queue.send(database.db, greet('a', 'mona'));
    await queue.work(handlers(log));
    await queue.send(database.db, count('b', 3));
    await queue.idle();
    expect(log.toSorted()).toEqual(['3', 'hello mona']);
  });

  test('carries out what a transaction sent once it has committed', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    await database.db.transaction().execute(async (trx) => {
      await queue.send(trx, greet('a', 'mona'));
      expect(log).toEqual([]);
    });
    await queue.idle();
    expect(log).toEqual(['hello mona']);
  });

  test('never carries out what a transaction sent that was rolled back', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    const failing = database.db.transaction().execute(async (trx) => {
      await queue.send(trx, greet('a', 'mona'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await queue.send(database.db, count('a', 1));
    await queue.idle();
    expect(log).toEqual(['1']);
  });

  test('tries again what threw, and says which attempt it is', async () => {
    const queue = await freshQueue();
    const attempts: number[] = [];
    await queue.work({
      greet: async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('not yet');
      },
      count: async () => undefined,
    });
    await queue.send(database.db, greet('a', 'mona'));
    await queue.idle();
    expect(attempts).toEqual([1, 2, 3]);
    expect(await queue.failed()).toEqual([]);
  });

  test('keeps what failed for the last time in sight, with its error, and logs each failure once', async () => {
    const told: string[] = [];
    const log = {
      warn: (_: object, message: string) => told.push(message),
      error: (_: object, message: string) => told.push(message),
    };
    const queue = await freshQueue({ log });
    await queue.work(handlers([], () => Promise.reject(new Error('no voice'))));
    await queue.send(database.db, greet('a', 'mona'));
    await queue.idle();
    expect(await queue.failed()).toEqual([
      {
        name: 'greet',
        key: 'a',
        data: { whom: 'mona' },
        failedAt: expect.any(Date),
        error: expect.objectContaining({ message: 'no voice' }),
      },
    ]);
    const again = 'a task failed and will be tried again';
    expect(told).toEqual([again, again, 'a task failed for the last time and is given up']);
  });

  test('does not give up what is sent to be tried until it is done', async () => {
    const queue = await freshQueue();
    let attempts = 0;
    await queue.work(
      handlers([], async () => {
        attempts += 1;
        if (attempts < 6) throw new Error('not yet');
      }),
    );
    await queue.send(database.db, greet('a', 'mona'), { untilDone: true });
    await queue.idle();
    expect(attempts).toBe(6);
  });

  test('gives up a task that nothing carries out', async () => {
    const queue = await freshQueue({ retries: { limit: 0, pause: 0 } });
    await queue.work({} as Handlers<TestTask>);
    await queue.send(database.db, greet('a', 'mona'));
    await queue.idle();
    expect((await queue.failed()).map(({ error }) => error)).toEqual([
      expect.objectContaining({ message: 'nothing carries out a task named greet' }),
    ]);
  });

  test('takes tasks of one name and key for one while they wait, with the newest data', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    await queue.send(database.db, greet('a', 'mona'));
    await queue.send(database.db, greet('a', 'hubot'));
    await queue.send(database.db, greet('b', 'octocat'));
    await queue.send(database.db, greet('a', 'monalisa'), { singletonKey: 'another' });
    await queue.work(handlers(log));
    await queue.idle();
    expect(log.toSorted()).toEqual(['hello hubot', 'hello monalisa', 'hello octocat']);
  });

  test('runs a task again that was sent again while it ran', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    const entered = gate();
    const leave = gate();
    await queue.work(
      handlers(log, async () => {
        entered.open();
        await leave.opened;
      }),
    );
    await queue.send(database.db, greet('a', 'mona'));
    await entered.opened;
    await queue.send(database.db, greet('a', 'hubot'));
    leave.open();
    await queue.idle();
    expect(log).toEqual(['hello mona', 'hello hubot']);
  });

  test('runs the tasks of one key one after the other, and those of other keys meanwhile', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    const leave = gate();
    const elsewhere = gate();
    await queue.work({
      greet: async ({ whom }) => {
        log.push(`begin ${whom}`);
        await leave.opened;
        log.push(`end ${whom}`);
      },
      count: async ({ to }) => {
        log.push(`${to}`);
        if (to === 2) elsewhere.open();
      },
    });
    await queue.send(database.db, greet('a', 'mona'));
    await queue.send(database.db, count('a', 1));
    await queue.send(database.db, count('b', 2));
    await elsewhere.opened;
    leave.open();
    await queue.idle();
    expect(log).toEqual(['begin mona', '2', 'end mona', '1']);
  });

  test('leaves a delayed task alone, and idle does not wait for it', async () => {
    const queue = await freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    await queue.send(database.db, greet('a', 'later'), { startAfterSeconds: 3600 });
    await queue.send(database.db, greet('a', 'now'));
    await queue.idle();
    expect(log).toEqual(['hello now']);
  });

  test('lets the earliest of several delays stand', async () => {
    const queue = await freshQueue();
    for (const startAfterSeconds of [3600, 60, 7200])
      await queue.send(database.db, greet('a', `${startAfterSeconds}`), { startAfterSeconds });
    const { rows } = await database.run(
      `select extract(epoch from start_after - now())::integer as seconds from ${schema}.job where name = 'tasks'`,
    );
    expect(rows).toHaveLength(1);
    expect(Number(rows[0]?.['seconds'])).toBeGreaterThan(50);
    expect(Number(rows[0]?.['seconds'])).toBeLessThanOrEqual(60);
  });

  test('finishes what runs before it stops, and leaves the rest to the next process', async () => {
    const queue = await freshQueue({ concurrency: 1 });
    const log: string[] = [];
    const entered = gate();
    const leave = gate();
    await queue.work(
      handlers(log, async () => {
        entered.open();
        await leave.opened;
        log.push('goodbye');
      }),
    );
    await queue.send(database.db, greet('a', 'mona'));
    await entered.opened;
    await queue.send(database.db, count('b', 1));
    const stopped = queue.stop();
    leave.open();
    await stopped;
    open.delete(queue);
    expect(log).toEqual(['hello mona', 'goodbye']);

    const next = await sameQueue(database);
    await next.work(handlers(log));
    await next.idle();
    expect(log).toEqual(['hello mona', 'goodbye', '1']);
  });

  test('starts a task within a moment of its commit', async () => {
    const queue = await freshQueue();
    const started: number[] = [];
    await queue.work({
      greet: async () => void started.push(performance.now()),
      count: async () => undefined,
    });
    await queue.idle();
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = performance.now();
      await database.db.transaction().execute((trx) => queue.send(trx, greet(`${round}`, 'mona')));
      await queue.idle();
      delays.push((started.at(-1) ?? Infinity) - before);
    }
    // Well below the second at which it would look by itself.
    expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(500);
  });
});

describe.runIf(serverUrl)('two processes on one queue', () => {
  test('never run two tasks of one key at the same time, and lose none', async () => {
    const first = await freshQueue({ concurrency: 8 });
    const other = await database.second();
    const second = await sameQueue(other, { concurrency: 8 });
    const active = new Set<string>();
    let overlaps = 0;
    let ran = 0;
    const busy: Handlers<TestTask> = {
      greet: async () => undefined,
      async count({ to }) {
        const key = `${to % 3}`;
        if (active.has(key)) overlaps += 1;
        active.add(key);
        await database.run('select 1');
        active.delete(key);
        ran += 1;
      },
    };
    await Promise.all([first.work(busy), second.work(busy)]);
    await Promise.all(
      Array.from({ length: 90 }, (_, to) =>
        (to % 2 ? first : second).send(database.db, count(`${to % 3}`, to), { singletonKey: `${to}` }),
      ),
    );
    await Promise.all([first.idle(), second.idle()]);
    expect({ ran, overlaps }).toEqual({ ran: 90, overlaps: 0 });
    await second.stop();
    open.delete(second);
    await other.close();
  });

  test('run again for a sender that commits after its like was taken up', async () => {
    const queue = await freshQueue();
    let seen = -1;
    const passedOver = gate();
    const look: Handlers<TestTask> = {
      greet: async () => passedOver.open(),
      async count() {
        const { rows } = await database.run('select count(*)::integer as n from deliveries');
        seen = Number(rows[0]?.['n']);
      },
    };
    await queue.send(database.db, count('a', 1));
    await database.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('deliveries')
        .values({ id: '1', event: 'push', action: null, repositoryId: 1, receivedAt: new Date() })
        .execute();
      await queue.send(trx, count('a', 2));
      // The waiting task is this transaction's own now: whoever looks for work must leave it until the commit.
      await queue.send(database.db, greet('b', 'mona'));
      await queue.work(look);
      await passedOver.opened;
      expect(seen).toBe(-1);
    });
    await queue.idle();
    expect(seen).toBe(1);
  });
});
