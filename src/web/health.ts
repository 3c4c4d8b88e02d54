import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Handler } from './server.ts';

/** What is asked of the app from outside, besides its webhooks. */
export interface Vitals {
  /** Why no work can be done now, one sentence; `null` where it can. */
  readonly trouble: () => Promise<string | null>;
  /** The metrics in Prometheus' text format, and its content type. */
  readonly metrics: () => Promise<{ readonly type: string; readonly text: string }>;
}

/**
 * Answers `/healthz` (the process is alive), `/readyz` (503 and the reason while it can't work) and `/metrics`. None of them tells who has
 * access to what.
 */
export function healthPages(vitals: Vitals): Handler {
  return async (request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return false;
    switch (pathOf(request)) {
      case '/healthz':
        send(response, 200, 'ok\n');
        return true;
      case '/readyz': {
        const trouble = await vitals.trouble();
        send(response, trouble === null ? 200 : 503, trouble === null ? 'ready\n' : `${trouble}\n`);
        return true;
      }
      case '/metrics': {
        const { type, text } = await vitals.metrics();
        send(response, 200, text, type);
        return true;
      }
      default:
        return false;
    }
  };
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '/';
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(text);
}
