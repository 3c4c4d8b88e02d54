import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { handOutTask } from '../../src/jobs/hand-out.ts';
import { openQueue, type Handlers } from '../../src/jobs/queue.ts';
import { announcePull, handOut, writeRecords, type Task } from '../../src/jobs/tasks.ts';
import { openTestDatabase } from '../database/test-database.ts';

test('two that are sent together and begin with the same task hand out all they have', async () => {
  const database = await openTestDatabase();
  const { db } = database;
  const queue = await openQueue<Task>(database);
  const announced: number[] = [];
  const handlers: Pick<Handlers<Task>, 'hand-out' | 'announce-pull' | 'write-records'> = {
    'hand-out': (data) => handOutTask({ db, queue }, data),
    'announce-pull': async ({ pull }) => void announced.push(pull),
    'write-records': async () => undefined,
  };
  await db.transaction().execute(async (trx) => {
    for (const pull of [7, 8])
      await queue.send(trx, handOut([writeRecords(1), announcePull(1, pull)], randomUUID()));
  });
  await queue.work(handlers as Handlers<Task>);
  await queue.idle();
  expect(new Set(announced)).toEqual(new Set([7, 8]));
  await queue.stop();
  await database.close();
});
