import type { Faults } from '../model/faults.ts';

/** How long a webhook waits at most for the one that is to overtake it. */
const LONGEST_HOLD_MS = 500;

/** The way from an event to the queue, on which faults lose, repeat, delay and swap webhooks. */
export interface Disorder<Webhook> {
  send(record: Webhook): void;
  /** Resolves once nothing is held back any more. */
  released(): Promise<void>;
  close(): void;
}

export function openDisorder<Webhook extends { event: string; action: string | null }>(
  faults: Faults,
  enqueue: (record: Webhook) => void,
  again: (record: Webhook) => Webhook,
): Disorder<Webhook> {
  const held = new Map<Webhook, { release(): void; gone: Promise<void> }>();
  const overtaken = new Set<Webhook>();
  const hold = (record: Webhook, ms: number) => {
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
  const pass = (record: Webhook) => {
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
          return enqueue(again(record));
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
