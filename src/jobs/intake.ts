import { storeDeliveries, type Delivery } from '../database/deliveries.ts';
import type { Parts } from './parts.ts';
import type { Sent } from './queue.ts';
import type { Task } from './tasks.ts';

/** Resolves once a delivery is stored together with the tasks it leads to. One that was taken in before leads to nothing. */
export type Intake = (delivery: Delivery, tasks: readonly Task[]) => Promise<void>;

interface Arrival {
  readonly delivery: Delivery;
  readonly tasks: readonly Task[];
  readonly stored: () => void;
  readonly failed: (error: unknown) => void;
}

/** So many share a transaction at most. */
const mostTogether = 100;
/** And so many transactions are under way at the same time: while the database answers one, another is made ready. */
const atOnce = 2;

/** Takes deliveries in before they are answered. What arrives while others are being stored is stored together, next. */
export function openIntake(parts: Pick<Parts, 'db' | 'queue' | 'clock'>): Intake {
  const waiting: Arrival[] = [];
  let storing = 0;

  async function storeWhatWaits(): Promise<void> {
    if (storing === atOnce) return;
    storing += 1;
    while (waiting.length > 0) await settle(waiting.splice(0, mostTogether));
    storing -= 1;
  }

  async function settle(arrivals: readonly Arrival[]): Promise<void> {
    try {
      await store(parts, arrivals);
      for (const { stored } of arrivals) stored();
    } catch (error) {
      const [first, ...more] = arrivals;
      // One that can't be stored fails alone.
      if (more.length > 0) await Promise.all(arrivals.map((arrival) => settle([arrival])));
      else first?.failed(error);
    }
  }

  return (delivery, tasks) =>
    new Promise((stored, failed) => {
      waiting.push({ delivery, tasks, stored, failed });
      void storeWhatWaits();
    });
}

async function store(
  { db, queue, clock }: Pick<Parts, 'db' | 'queue' | 'clock'>,
  arrivals: readonly Arrival[],
): Promise<void> {
  const byId = new Map(arrivals.map((arrival) => [arrival.delivery.id, arrival]));
  await db.transaction().execute(async (trx) => {
    const deliveries = [...byId.values()].map(({ delivery }) => delivery);
    const fresh = await storeDeliveries(trx, deliveries, clock.now());
    const tasks: Sent<Task>[] = [];
    for (const [delivery, arrival] of byId)
      if (fresh.has(delivery)) for (const task of arrival.tasks) tasks.push({ ...task, delivery });
    if (tasks.length > 0) await queue.send(trx, tasks);
  });
}
