import { describe, expect, test } from 'vitest';
import type { Handlers } from '../../src/jobs/queue.ts';
import { listTasks } from '../../src/jobs/task-list.ts';
import { count, gate, greet, handlers, queueBench, type TestTask } from './test-queue.ts';

const bench = queueBench();

describe('a queue', () => {
  test('carries out what was sent before and after it began to work, each once', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.work(handlers(log));
    await queue.send(bench.database.db, count('b', 3));
    await queue.idle();
    expect(log.toSorted()).toEqual(['3', 'hello mona']);
  });

  test('carries out what a transaction sent once it has committed', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    await bench.database.db.transaction().execute(async (trx) => {
      await queue.send(trx, greet('a', 'mona'));
      expect(log).toEqual([]);
    });
    await queue.idle();
    expect(log).toEqual(['hello mona']);
  });

  test('never carries out what a transaction sent that was rolled back', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    const failing = bench.database.db.transaction().execute(async (trx) => {
      await queue.send(trx, greet('a', 'mona'));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await queue.send(bench.database.db, count('a', 1));
    await queue.idle();
    expect(log).toEqual(['1']);
  });

  test('tries again what threw, and says which attempt it is', async () => {
    const queue = await bench.freshQueue();
    const attempts: number[] = [];
    await queue.work({
      greet: async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw new Error('not yet');
      },
      count: async () => undefined,
    });
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.idle();
    expect(attempts).toEqual([1, 2, 3]);
    expect(await queue.failed()).toEqual([]);
  });

  test('keeps what failed for the last time in sight, with its error, and logs each failure once', async () => {
    const told: string[] = [];
    const log = {
      debug: () => undefined,
      warn: (_: object, message: string) => told.push(message),
      error: (_: object, message: string) => told.push(message),
    };
    const queue = await bench.freshQueue({ log });
    await queue.work(handlers([], () => Promise.reject(new Error('no voice'))));
    await queue.send(bench.database.db, greet('a', 'mona'));
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

  test('puts off what could do nothing, for as long as it says, and does not count the attempt', async () => {
    const limit = new Error('the limit is reached');
    const queue = await bench.freshQueue({
      pauseFor: (error) => (error === limit ? 3_600_000 : undefined),
    });
    const attempts: number[] = [];
    await queue.work({
      greet: async (_, { attempt }) => {
        attempts.push(attempt);
        if (attempts.length < 6) throw limit;
      },
      count: async () => undefined,
    });
    await queue.send(bench.database.db, greet('a', 'mona'));
    // Nobody waits for it: other tasks have its place.
    await queue.idle();
    const [{ next, ...task } = { next: null }] = await listTasks(bench.database, bench.schema);
    expect(task).toMatchObject({ state: 'again', attempts: 0, error: 'the limit is reached' });
    const minutes = ((next?.getTime() ?? 0) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(59);
    expect(minutes).toBeLessThan(62);
    for (let round = 0; round < 5; round += 1) {
      await queue.retryNow();
      await queue.idle();
    }
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await listTasks(bench.database, bench.schema)).toEqual([]);
  });

  test('does not bring back together what failed together', async () => {
    const queue = await bench.freshQueue({ retries: { limit: 20, pause: 1 } });
    for (let index = 0; index < 10; index += 1)
      await queue.send(bench.database.db, greet(`${index}`, 'mona'));
    const { rows } = await bench.database.run(
      `select count(distinct retry_delay_max)::integer as several, min(retry_delay_max) as least, max(retry_delay_max) as most
         from ${bench.schema}.job where name = 'tasks'`,
    );
    const [{ several, least, most } = {}] = rows;
    expect(several).toBeGreaterThan(1);
    expect(least).toBeGreaterThanOrEqual(480);
    expect(most).toBeLessThanOrEqual(720);
  });

  test('does not give up a task whose name is among those never given up', async () => {
    const queue = await bench.freshQueue({ neverGivenUp: ['greet'] });
    let attempts = 0;
    await queue.work(
      handlers([], async () => {
        attempts += 1;
        if (attempts < 6) throw new Error('not yet');
      }),
    );
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.idle();
    expect(attempts).toBe(6);
  });

  test('keeps a place for what is urgent, however many other tasks hang or wait', async () => {
    const queue = await bench.freshQueue({ concurrency: 3, urgent: ['count'] });
    const log: string[] = [];
    const [crowded, counted, leave] = [gate(), gate(), gate()];
    await queue.work({
      greet: async ({ whom }) => {
        if (log.push(whom) === 2) crowded.open();
        await leave.opened;
      },
      count: async ({ to }) => {
        log.push(`${to}`);
        counted.open();
      },
    });
    for (const whom of ['mona', 'hubot', 'octocat', 'monalisa'])
      await queue.send(bench.database.db, greet(whom, whom));
    await crowded.opened;
    await queue.send(bench.database.db, count('c', 1));
    await counted.opened;
    leave.open();
    await queue.idle();
    // What is claimed together begins in any order.
    expect([log[2], ...log.slice(0, 2).toSorted()]).toEqual(['1', 'hubot', 'mona']);
  });

  test('takes what is early before what was sent before it', async () => {
    const queue = await bench.freshQueue({ concurrency: 1, early: ['count'] });
    for (const whom of ['mona', 'hubot']) await queue.send(bench.database.db, greet(whom, whom));
    await queue.send(bench.database.db, count('c', 1));
    const log: string[] = [];
    await queue.work(handlers(log));
    await queue.idle();
    expect(log).toEqual(['1', 'hello mona', 'hello hubot']);
  });

  test('gives up a task that nothing carries out', async () => {
    const queue = await bench.freshQueue({ retries: { limit: 0, pause: 0 } });
    await queue.work({} as Handlers<TestTask>);
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.idle();
    expect((await queue.failed()).map(({ error }) => error)).toEqual([
      expect.objectContaining({ message: 'nothing carries out a task named greet' }),
    ]);
  });

  test('takes tasks of one name and key for one while they wait, with the newest data', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.send(bench.database.db, greet('a', 'hubot'));
    await queue.send(bench.database.db, greet('b', 'octocat'));
    await queue.send(bench.database.db, { ...greet('a', 'monalisa'), singletonKey: 'another' });
    await queue.work(handlers(log));
    await queue.idle();
    expect(log.toSorted()).toEqual(['hello hubot', 'hello monalisa', 'hello octocat']);
  });

  test('runs a task again that was sent again while it ran', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    const entered = gate();
    const leave = gate();
    await queue.work(
      handlers(log, async () => {
        entered.open();
        await leave.opened;
      }),
    );
    await queue.send(bench.database.db, greet('a', 'mona'));
    await entered.opened;
    await queue.send(bench.database.db, greet('a', 'hubot'));
    leave.open();
    await queue.idle();
    expect(log).toEqual(['hello mona', 'hello hubot']);
  });

  test('runs the tasks of one key one after the other, and those of other keys meanwhile', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    const [begun, leave, elsewhere] = [gate(), gate(), gate()];
    await queue.work({
      greet: async ({ whom }) => {
        log.push(`begin ${whom}`);
        begun.open();
        await leave.opened;
        log.push(`end ${whom}`);
      },
      count: async ({ to }) => {
        log.push(`${to}`);
        if (to === 2) elsewhere.open();
      },
    });
    await queue.send(bench.database.db, greet('a', 'mona'));
    await begun.opened;
    await queue.send(bench.database.db, count('a', 1));
    await queue.send(bench.database.db, count('b', 2));
    await elsewhere.opened;
    leave.open();
    await queue.idle();
    expect(log).toEqual(['begin mona', '2', 'end mona', '1']);
  });

  test('leaves a delayed task alone, and idle does not wait for it', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    await queue.work(handlers(log));
    await queue.send(bench.database.db, greet('a', 'later'), { startAfterSeconds: 3600 });
    await queue.send(bench.database.db, greet('a', 'now'));
    await queue.idle();
    expect(log).toEqual(['hello now']);
  });

  test('carries out what is delayed when it is told to, and what is gathered before it stops', async () => {
    const queue = await bench.freshQueue({ gathered: { greet: 3600 } });
    const log: string[] = [];
    await queue.work(handlers(log));
    await queue.send(bench.database.db, greet('a', 'first'));
    await queue.send(bench.database.db, greet('a', 'second'));
    await queue.idle();
    expect(log).toEqual([]);
    await queue.hurry();
    await queue.idle();
    expect(log).toEqual(['hello second']);
    await queue.send(bench.database.db, greet('a', 'last'));
    await queue.stop();
    expect(log).toEqual(['hello second', 'hello last']);
  });

  test('lets the earliest of several delays stand', async () => {
    const queue = await bench.freshQueue();
    for (const startAfterSeconds of [3600, 60, 7200])
      await queue.send(bench.database.db, greet('a', `${startAfterSeconds}`), { startAfterSeconds });
    const { rows } = await bench.database.run(
      `select extract(epoch from start_after - now())::integer as seconds from ${bench.schema}.job where name = 'tasks'`,
    );
    expect(rows).toHaveLength(1);
    expect(Number(rows[0]?.['seconds'])).toBeGreaterThan(50);
    expect(Number(rows[0]?.['seconds'])).toBeLessThanOrEqual(60);
  });

  test('starts a task within a moment of its commit', async () => {
    const queue = await bench.freshQueue();
    const started: number[] = [];
    await queue.work({
      greet: async () => void started.push(performance.now()),
      count: async () => undefined,
    });
    await queue.idle();
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const before = performance.now();
      await bench.database.db.transaction().execute((trx) => queue.send(trx, greet(`${round}`, 'mona')));
      await queue.idle();
      delays.push((started.at(-1) ?? Infinity) - before);
    }
    // Well below the second at which it would look by itself.
    expect(delays.toSorted((a, b) => a - b)[2]).toBeLessThan(500);
  });
});
