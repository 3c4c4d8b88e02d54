import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** Sends what follows from many grants at once. */
export async function handOutTask(
  { db, queue }: Pick<Parts, 'db' | 'queue'>,
  { tasks }: Tasks['hand-out'],
): Promise<void> {
  for (const task of tasks) await queue.send(db, task);
}
