import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A GitHub that lets everybody wait, so that nothing the app does for a webhook afterwards takes the machine from what is measured. */
export interface SilentGitHub {
  readonly url: string;
  /** Refuses what waits, and whatever comes. */
  close(): Promise<void>;
}

export async function silentGitHub({ answers = false } = {}): Promise<SilentGitHub> {
  const waiting = new Set<ServerResponse>();
  let refusing = answers;
  const refuse = (response: ServerResponse) => void response.writeHead(404).end('{}');
  const server = createServer((_, response) => {
    if (refusing) return refuse(response);
    waiting.add(response);
    response.once('close', () => waiting.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      refusing = true;
      for (const response of waiting) refuse(response);
      server.unref();
    },
  };
}
