import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import type { Faults } from '../model/faults.ts';
import type { App } from '../model/app.ts';
import { openDisorder } from './disorder.ts';
import type { Payload } from './payloads.ts';

const TIMEOUT_MS = 10_000;

/** One webhook that was sent, or waits to be. */
export interface Delivery {
  /** The GUID in `X-GitHub-Delivery`: a redelivery keeps it. */
  id: string;
  event: string;
  action: string | null;
  /** The HTTP status of the answer; 0 where none came in 10 seconds; null until then. */
  status: number | null;
  payload: Payload;
}

/** A delivery with what `GET /app/hook/deliveries` tells of it. */
export interface DeliveryRecord extends Delivery {
  number: number;
  app: App;
  url: string;
  redelivery: boolean;
  installationId: number | null;
  repositoryId: number | null;
  /** By the machine's clock, as the wait for the answer is. */
  deliveredAt: Date;
  duration: number;
  requestHeaders: Record<string, string>;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

export interface Message {
  app: App;
  event: string;
  action: string | null;
  payload: Payload;
  installationId: number | null;
  repositoryId: number | null;
}

export interface DeliveryQueue {
  /** Queues a webhook, if the app has an address for it. It is sent once those before it were answered. */
  send(message: Message): void;
  redeliver(record: DeliveryRecord): void;
  records(): readonly DeliveryRecord[];
  /** Resolves when nothing is queued any more. */
  settled(): Promise<void>;
  /** Drops what is queued and ends what is on its way. */
  close(): Promise<void>;
}

/** Sends webhooks one after the other, never twice by itself, unless faults say otherwise. */
export function openDeliveryQueue(nextNumber: () => number, faults: Faults): DeliveryQueue {
  const records: DeliveryRecord[] = [];
  const closing = new AbortController();
  let last: Promise<void> = Promise.resolve();
  const enqueue = (record: DeliveryRecord) => {
    records.push(record);
    last = last.then(() => (closing.signal.aborted ? undefined : deliver(record, closing.signal)));
  };
  const post = openDisorder<DeliveryRecord>(faults, enqueue, (record) => ({
    ...record,
    number: nextNumber(),
  }));
  return {
    send({ app, ...message }) {
      const { url } = app.webhook;
      if (url === null) return;
      post.send({
        ...message,
        id: randomUUID(),
        number: nextNumber(),
        app,
        url,
        redelivery: false,
        ...unsent(),
      });
    },
    redeliver(record) {
      const url = record.app.webhook.url ?? record.url;
      enqueue({ ...record, ...unsent(), url, number: nextNumber(), redelivery: true });
    },
    records: () => records,
    async settled() {
      for (let seen; seen !== last;) {
        await post.released();
        seen = last;
        await last;
      }
    },
    async close() {
      closing.abort();
      post.close();
      await last;
    },
  };
}

function unsent() {
  return {
    status: null,
    deliveredAt: new Date(),
    duration: 0,
    requestHeaders: {},
    responseHeaders: {},
    responseBody: '',
  };
}

async function deliver(record: DeliveryRecord, closing: AbortSignal): Promise<void> {
  const body = JSON.stringify(record.payload);
  record.requestHeaders = await headersOf(record, body);
  record.deliveredAt = new Date();
  const started = performance.now();
  try {
    const response = await fetch(record.url, {
      method: 'POST',
      headers: record.requestHeaders,
      body,
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), closing]),
      redirect: 'manual',
    });
    record.responseBody = await response.text();
    record.responseHeaders = Object.fromEntries(response.headers);
    record.status = response.status;
  } catch {
    record.status = 0; // nobody there, or no answer in time: GitHub does not try again either
  }
  record.duration = Math.round(performance.now() - started) / 1000;
}

async function headersOf({ app, event, id }: DeliveryRecord, body: string): Promise<Record<string, string>> {
  return {
    accept: '*/*',
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/5a4d0b8',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-github-hook-id': String(app.webhook.id),
    'x-github-hook-installation-target-type': 'integration',
    'x-github-hook-installation-target-id': String(app.id),
    'x-hub-signature-256': await sign(app.webhook.secret, body),
  };
}
