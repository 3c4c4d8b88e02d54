import { storeDelivery } from '../database/deliveries.ts';
import type { Parts } from './parts.ts';
import type { Task } from './tasks.ts';

/** A webhook as it is remembered. */
export interface Delivery {
  /** `X-GitHub-Delivery`. */
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number;
}

/**
 * Takes a delivery in: stored together with the tasks it leads to, in one transaction, before it is answered. A repeated delivery is
 * recognised by its id and leads to nothing.
 */
export async function acceptDelivery(
  { db, queue, clock }: Pick<Parts, 'db' | 'queue' | 'clock'>,
  delivery: Delivery,
  tasks: readonly Task[],
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await storeDelivery(trx, { ...delivery, receivedAt: clock.now() }))) return;
    for (const task of tasks) await queue.send(trx, task);
  });
}
