import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** GitHub sends no webhook larger than this (https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap). */
const largestBody = 25 * 1024 * 1024;

/** Answers a request and says so, or leaves it to the next. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface RunningServer {
  readonly url: string;
  /** Takes no more requests and resolves when those under way are answered. */
  close(): Promise<void>;
}

/** Serves the handlers over HTTP. A body that is too large, or does not say how large it is, is refused before it is read. */
export async function serve(
  handlers: readonly Handler[],
  { host, port }: { readonly host: string; readonly port: number },
  onError: (error: unknown) => void,
): Promise<RunningServer> {
  const server = createServer((request, response) => {
    // On the way out nobody is kept waiting for a connection that the client keeps open.
    response.once('close', () => server.listening || server.closeIdleConnections());
    answer(handlers, request, response).catch((error: unknown) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'internal error');
    });
  });
  await listening(server, host, port);
  const address = server.address() as AddressInfo;
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return {
    url: `http://${shown}:${address.port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeIdleConnections();
      }),
  };
}

async function answer(
  handlers: readonly Handler[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const refusal = bodyRefusal(request);
  if (refusal) return refuse(response, ...refusal);
  for (const handle of handlers) if (await handle(request, response)) return;
  refuse(response, 404, 'not found');
}

/** A request that says neither has no body (https://www.rfc-editor.org/rfc/rfc9112#section-6.3). */
function bodyRefusal({ headers }: IncomingMessage): [status: number, message: string] | null {
  if (headers['transfer-encoding'] !== undefined) return [411, 'a body must say its length'];
  const length = Number(headers['content-length'] ?? 0);
  return length > largestBody ? [413, 'a body may have 25 MB at most'] : null;
}

/** Answers with a refusal, and hangs up. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const body = `${message}\n`;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    // The request's own body was not read, so the connection can't be used again.
    connection: 'close',
  });
  response.end(body);
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
