import { addAbortListener } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { Client } from 'pg';

/** What becomes of listening. */
export interface Ears {
  /** It was said; or may have been while nobody listened. */
  readonly heard: () => void;
  /** Nothing is heard until the server can be reached again: told once each time. */
  readonly lost: (error: unknown) => void;
}

export interface ListenerOptions {
  /** A connection that nobody has opened yet. */
  readonly connection: () => Client;
  readonly channel: string;
  /** What is listened for. */
  readonly payload: string;
  /** How often the server is asked something, in milliseconds: one that vanished would be silent too. */
  readonly asksEvery: number;
  /** After how many milliseconds a lost connection is replaced. */
  readonly pause: number;
}

/** Listens for one payload on a channel, over a connection of its own that is replaced when it is lost. Returns what ends that. */
export function listen(options: ListenerOptions, { heard, lost }: Ears): () => Promise<void> {
  const stopped = new AbortController();
  const { signal } = stopped;

  async function keepListening(): Promise<void> {
    let told = false;
    while (!signal.aborted)
      try {
        await listenOnce(options, signal, { heard, opened: () => void (told = false) });
      } catch (error) {
        if (!told && !signal.aborted) lost(error);
        told = true;
        // Being stopped is no failure.
        await setTimeout(options.pause, undefined, { signal }).catch(() => undefined);
      }
  }

  const listening = keepListening();
  return async () => {
    stopped.abort();
    await listening;
  };
}

/** Over one connection, until that breaks or the signal ends it: it always throws. */
async function listenOnce(
  { connection, channel, payload, asksEvery }: ListenerOptions,
  signal: AbortSignal,
  { heard, opened }: Pick<Ears, 'heard'> & { readonly opened: () => void },
): Promise<never> {
  const client = connection();
  const { promise: broken, reject } = Promise.withResolvers<never>();
  const stopping = addAbortListener(signal, () => reject(signal.reason as Error));
  client.on('error', reject);
  client.on('end', () => reject(new Error('the database closed the connection')));
  client.on('notification', (told) => void (told.payload === payload && heard()));

  async function hold(): Promise<never> {
    await client.connect();
    await client.query(`listen ${channel}`);
    opened();
    heard();
    for (;;) {
      await setTimeout(asksEvery, undefined, { signal });
      await client.query('select 1');
    }
  }

  try {
    return await Promise.race([broken, hold()]);
  } finally {
    stopping[Symbol.dispose]();
    await client.end();
  }
}
