import { sql } from 'kysely';
import { describe, expect, test, vi } from 'vitest';
import type { Handlers } from '../../src/jobs/queue.ts';
import { serverUrl } from '../database/test-database.ts';
import { count, gate, greet, handlers, queueBench, type TestTask } from './test-queue.ts';

const bench = queueBench();

test('what a transaction sent is begun when it has committed, and not when it is looked for the next time', async () => {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  const log: string[] = [];
  const begun = gate();
  try {
    const queue = await bench.freshQueue();
    await queue.work(handlers(log, async () => begun.open()));
    await bench.database.db.transaction().execute((trx) => queue.send(trx, greet('a', 'mona')));
    await begun.opened;
    expect(log).toEqual(['hello mona']);
  } finally {
    vi.useRealTimers();
  }
});

describe('one process after another', () => {
  test('finishes what runs before it stops, and leaves the rest to the next process', async () => {
    const queue = await bench.freshQueue({ concurrency: 1 });
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
    await queue.send(bench.database.db, greet('a', 'mona'));
    await entered.opened;
    await queue.send(bench.database.db, count('b', 1));
    const stopped = queue.stop();
    leave.open();
    await stopped;
    expect(log).toEqual(['hello mona', 'goodbye']);

    const next = await bench.sameQueue(bench.database);
    await next.work(handlers(log));
    await next.idle();
    expect(log).toEqual(['hello mona', 'goodbye', '1']);
  });

  test('goes by what it is opened with, whatever it was opened with before', async () => {
    const former = await bench.freshQueue({ retries: { limit: 7, pause: 0 } });
    await former.stop();
    const queue = await bench.sameQueue(bench.database, { retries: { limit: 1, pause: 0 } });
    const attempts: number[] = [];
    await queue.work({
      greet: async (_, { attempt }) => {
        attempts.push(attempt);
        throw new Error('not now');
      },
      count: async () => undefined,
    });
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.idle();
    expect(attempts).toEqual([1, 2]);
  });

  // A server's other processes give signs of life, and are waited for.
  test.runIf(!serverUrl)('takes up at once what a process left behind that died', async () => {
    const queue = await bench.freshQueue();
    await queue.send(bench.database.db, greet('a', 'mona'));
    await queue.stop();
    await bench.database.run(
      `update ${bench.schema}.job set state = 'active', started_on = now(), heartbeat_on = now() where name = 'tasks'`,
    );
    const next = await bench.sameQueue(bench.database);
    const attempts: number[] = [];
    await next.work({
      greet: async (_, { attempt }) => void attempts.push(attempt),
      count: async () => undefined,
    });
    await next.idle();
    expect(attempts).toEqual([2]);
  });
});

describe.runIf(serverUrl)('two processes on one queue', () => {
  test('never run two tasks of one key at the same time, and lose none', async () => {
    const first = await bench.freshQueue({ concurrency: 8 });
    const other = await bench.database.second();
    const second = await bench.sameQueue(other, { concurrency: 8 });
    const active = new Set<string>();
    let overlaps = 0;
    let ran = 0;
    const busy: Handlers<TestTask> = {
      greet: async () => undefined,
      async count({ to }) {
        const key = `${to % 3}`;
        if (active.has(key)) overlaps += 1;
        active.add(key);
        await bench.database.run('select 1');
        active.delete(key);
        ran += 1;
      },
    };
    await Promise.all([first.work(busy), second.work(busy)]);
    await Promise.all(
      Array.from({ length: 90 }, (_, to) =>
        (to % 2 ? first : second).send(bench.database.db, {
          ...count(`${to % 3}`, to),
          singletonKey: `${to}`,
        }),
      ),
    );
    await Promise.all([first.idle(), second.idle()]);
    expect({ ran, overlaps }).toEqual({ ran: 90, overlaps: 0 });
    await second.stop();
    await other.close();
  });

  test('wait in no connection for one that vanished while it claimed', async () => {
    const queue = await bench.freshQueue();
    const log: string[] = [];
    const vanished = await bench.database.second();
    await vanished.db.connection().execute(async (connection) => {
      await sql`select pg_advisory_lock(hashtext(${bench.schema}))`.execute(connection);
      await queue.work(handlers(log));
      await queue.send(bench.database.db, greet('a', 'mona'));
      await queue.stop();
      expect(log).toEqual([]);
      await sql`select pg_advisory_unlock(hashtext(${bench.schema}))`.execute(connection);
    });
    await vanished.close();
    const next = await bench.sameQueue(bench.database);
    await next.work(handlers(log));
    await next.idle();
    expect(log).toEqual(['hello mona']);
  });

  test('run again for a sender that commits after its like was taken up', async () => {
    const queue = await bench.freshQueue();
    let seen = -1;
    const passedOver = gate();
    const look: Handlers<TestTask> = {
      greet: async () => passedOver.open(),
      async count() {
        const { rows } = await bench.database.run('select count(*)::integer as n from deliveries');
        seen = Number(rows[0]?.['n']);
      },
    };
    await queue.send(bench.database.db, count('a', 1));
    await bench.database.db.transaction().execute(async (trx) => {
      await trx
        .insertInto('deliveries')
        .values({ id: '1', event: 'push', action: null, repositoryId: 1, receivedAt: new Date() })
        .execute();
      await queue.send(trx, count('a', 2));
      // The waiting task is this transaction's own now: whoever looks for work must leave it until the commit.
      await queue.send(bench.database.db, greet('b', 'mona'));
      await queue.work(look);
      await passedOver.opened;
      expect(seen).toBe(-1);
    });
    await queue.idle();
    expect(seen).toBe(1);
  });
});
