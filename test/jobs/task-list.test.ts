import { expect, test } from 'vitest';
import type { Queue } from '../../src/jobs/queue.ts';
import { listTasks, sendAgain } from '../../src/jobs/task-list.ts';
import { serverUrl } from '../database/test-database.ts';
import { count, greet, handlers, queueBench, type TestTask } from './test-queue.ts';

const bench = queueBench();
const listed = () => listTasks(bench.database, bench.schema);
const again = (tasks: Awaited<ReturnType<typeof listed>>) => sendAgain(bench.database, tasks, bench.schema);

/** A queue that gave up greeting mona, and has stopped. */
async function gaveUp(): Promise<Queue<TestTask>> {
  const queue = await bench.freshQueue();
  await queue.work(handlers([], () => Promise.reject(new Error('no voice'))));
  await queue.send(bench.database.db, greet('a', 'mona'));
  await queue.idle();
  await queue.stop();
  return bench.sameQueue(bench.database);
}

test('lists what waits, is tried again and was given up, and what each failed for', async () => {
  await (await gaveUp()).stop();
  // It may be tried again before it stops.
  const failing = await bench.sameQueue(bench.database, { neverGivenUp: ['count'] });
  const failed = Promise.withResolvers<void>();
  await failing.work({
    greet: async () => undefined,
    count: () => (failed.resolve(), Promise.reject(new Error('lost count'))),
  });
  await failing.send(bench.database.db, count('b', 1));
  await failed.promise;
  await failing.stop();
  const idle = await bench.sameQueue(bench.database);
  await idle.send(bench.database.db, greet('c', 'hubot'));
  await idle.send(bench.database.db, greet('d', 'lars'), { startAfterSeconds: 3600 });

  expect(await listed()).toMatchObject([
    { name: 'greet', key: 'a', state: 'givenUp', attempts: 3, next: null, error: 'no voice' },
    {
      name: 'count',
      key: 'b',
      state: 'again',
      attempts: expect.any(Number),
      next: expect.any(Date),
      error: 'lost count',
    },
    { name: 'greet', key: 'c', state: 'due', attempts: 0, data: { whom: 'hubot' }, error: null },
    { name: 'greet', key: 'd', state: 'later', attempts: 0, next: expect.any(Date), error: null },
  ]);

  // What is tried again by command waits for nothing, and has all its attempts.
  await again(await listed());
  const after = await listed();
  const states = after.map(({ key, state, attempts }) => [key, [state, attempts]] as const);
  expect(Object.fromEntries(states)).toEqual({
    a: ['due', 0],
    b: ['again', expect.any(Number)],
    c: ['due', 0],
    d: ['later', 0],
  });
  const log: string[] = [];
  await idle.work(handlers(log));
  await idle.idle();
  expect(log.toSorted()).toEqual(['1', 'hello hubot', 'hello mona']);
});

test('a task that was given up and whose like waits is done once', async () => {
  const queue = await gaveUp();
  const [dead] = await listed();
  await queue.send(bench.database.db, greet('a', 'hubot'));
  await again(await listed());
  expect(await listed()).toMatchObject([{ key: 'a', state: 'due', data: { whom: 'hubot' } }]);
  expect(dead).toMatchObject({ state: 'givenUp' });
});

test('a task that was given up twice is done once', async () => {
  await (await gaveUp()).stop();
  await bench.database.run(
    `insert into ${bench.schema}.job (name, data, singleton_key, group_id, source_name)
     select name, data, singleton_key, group_id, source_name from ${bench.schema}.job where name = 'given-up'`,
  );
  expect(await listed()).toMatchObject([{ state: 'givenUp' }, { state: 'givenUp' }]);
  await again(await listed());
  expect(await listed()).toMatchObject([{ key: 'a', state: 'due' }]);
});

test.runIf(serverUrl)('whoever asks at the same time sends it once', async () => {
  await gaveUp();
  const tasks = await listed();
  const other = await bench.database.second();
  await Promise.all([again(tasks), sendAgain(other, tasks, bench.schema), again(tasks)]);
  await other.close();
  expect(await listed()).toMatchObject([{ key: 'a', state: 'due' }]);
});
