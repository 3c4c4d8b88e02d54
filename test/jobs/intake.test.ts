import { afterAll, beforeAll, expect, test } from 'vitest';
import { openIntake } from '../../src/jobs/intake.ts';
import { openQueue, type Queue } from '../../src/jobs/queue.ts';
import { queueSchema } from '../../src/jobs/queue-storage.ts';
import { listTasks } from '../../src/jobs/task-list.ts';
import { evaluatePull, type Task } from '../../src/jobs/tasks.ts';
import { openTestDatabase, type TestDatabase } from '../database/test-database.ts';

let database: TestDatabase;
let queue: Queue<Task>;
beforeAll(async () => {
  database = await openTestDatabase();
  queue = await openQueue<Task>(database);
});
afterAll(async () => {
  await queue.stop();
  await database.close();
});

const clock = { now: () => Date.UTC(2026, 10, 23), reaches: () => Promise.resolve() };
const delivery = (id: string) => ({ id, event: 'pull_request', action: 'opened', repositoryId: 1 });

async function keysOfTasks(): Promise<string[]> {
  const tasks = await listTasks(database, queueSchema(database));
  return tasks.map(({ key }) => key).toSorted();
}

test('what arrives together is stored together, each once, with the delivery that its task is of', async () => {
  const takeIn = openIntake({ db: database.db, queue, clock });
  let commits = 0;
  const unsubscribe = database.onCommit(() => (commits += 1));
  const arrivals = Array.from({ length: 40 }, (_, index) => ({ id: `d${index % 30}`, pull: index % 30 }));
  await Promise.all(arrivals.map(({ id, pull }) => takeIn(delivery(id), [evaluatePull(1, pull)])));
  unsubscribe();
  // The first two come alone; the others wait for them.
  expect(commits).toBe(3);
  expect(await keysOfTasks()).toHaveLength(30);
  const { rows } = await database.run(
    `select data ->> 'delivery' as delivery from ${queueSchema(database)}.job where data ->> 'key' = '1/7'`,
  );
  expect(rows).toEqual([{ delivery: 'd7' }]);
});

test('one that can not be stored fails alone', async () => {
  const takeIn = openIntake({ db: database.db, queue, clock });
  const before = await keysOfTasks();
  const settled = await Promise.allSettled(
    ['e1', 'e2', 'e\0', 'e3'].map((id, index) => takeIn(delivery(id), [evaluatePull(2, index)])),
  );
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
  expect(await keysOfTasks()).toEqual([...before, '2/0', '2/1', '2/3'].toSorted());
});
