import type { Faults } from '../model/faults.ts';
import type { DeliveryRecord } from './deliveries.ts';

/** How long a webhook waits at most for the one that is to overtake it. */
const LONGEST_HOLD_MS = 500;

/** The way from an event to the queue, on which faults lose, repeat, delay and swap webhooks. */
export interface Disorder {
  send(record: DeliveryRecord): void;
  /** Resolves once nothing is held back any more. */
  released(): Promise<void>;
  close(): void;
}

export function openDisorder(
  faults: Faults,
  enqueue: (record: DeliveryRecord) => void,
  nextNumber: () => number,
): Disorder {
  const held = new Map<DeliveryRecord, { release(): void; gone: Promise<void> }>();
  const overtaken = new Set<DeliveryRecord>();
  const hold = (record: DeliveryRecord, ms: number) => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    const release = () => {
      clearTimeout(timer);
      held.delete(record);
      overtaken.delete(record);
      enqueue(record);
      resolve();
    };
    const timer = setTimeout(release, ms);
    held.set(record, { release, gone });
  };
  const pass = (record: DeliveryRecord) => {
    enqueue(record);
    for (const earlier of overtaken) held.get(earlier)?.release();
  };
  return {
    send(record) {
      const name = record.action === null ? record.event : `${record.event}.${record.action}`;
      const fault = faults.atWebhook(name);
      switch (fault?.kind) {
        case 'lost':
          return;
        case 'repeated':
          pass(record);
          return enqueue({ ...record, number: nextNumber() });
        case 'delayed':
          hold(record, fault.ms);
          return;
        case 'overtaken':
          overtaken.add(record);
          hold(record, LONGEST_HOLD_MS);
          return;
        case undefined:
        default:
          return pass(record);
      }
    },
    async released() {
      while (held.size > 0) await Promise.all([...held.values()].map(({ gone }) => gone));
    },
    close() {
      for (const waiting of held.values()) waiting.release();
    },
  };
}
