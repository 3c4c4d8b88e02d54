import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** Sends what follows from many grants at once. */
export async function handOutTask(
  { db, queue }: Pick<Parts, 'db' | 'queue'>,
  { tasks }: Tasks['hand-out'],
): Promise<void> {
  await queue.send(db, tasks);
}
