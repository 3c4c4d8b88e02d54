import { once } from 'node:events';
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { operationIn } from '../../crash/github-proxy.ts';

/** A call of the app's to GitHub; instants in milliseconds, of the system's clock. */
export interface Call {
  /** `POST …/pulls`, or `mutation createCheckRun`. */
  readonly label: string;
  /** When the app asked, and when the answer went out. */
  readonly begun: number;
  readonly ended: number;
  readonly body: string;
}

/** Stands between the app and GitHub: answers later by so much, and writes down every call. */
export interface GitHubGate {
  readonly url: string;
  /** What passed since this was asked for last, in the order of the answers. */
  take(): Call[];
  close(): Promise<void>;
}

export async function gateTo(github: string, delay: number): Promise<GitHubGate> {
  const agent = new Agent({ keepAlive: true });
  let calls: Call[] = [];
  const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer((request, response) => {
    void (async () => {
      const begun = now();
      const { method = 'GET', url = '/', headers } = request;
      const [body] = await Promise.all([buffer(request), delay > 0 ? wait(delay) : undefined]);
      const onward = send(new URL(url, github), { method, headers, agent });
      onward.on('error', () => response.destroy());
      onward.on('response', (answer) => {
        buffer(answer).then(
          (bytes) => {
            // The next page is behind the gate, too: the app is known by its address.
            const rawHeaders = answer.rawHeaders.map((value) => value.replaceAll(github, address()));
            response.writeHead(answer.statusCode ?? 502, rawHeaders).end(bytes);
            calls.push({
              label: labelOf(method, new URL(url, github).pathname, body),
              begun,
              ended: now(),
              body: body.toString(),
            });
          },
          () => response.destroy(),
        );
      });
      onward.end(body);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: address(),
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    async close() {
      server.closeAllConnections();
      agent.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The system's time, finer than its clock tells it: comparable between processes. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The least number of calls that one after another had to wait for: the longest chain of which each began after the one before ended. */
export function inSequence(calls: readonly Call[]): number {
  let [count, free] = [0, -Infinity];
  for (const { begun, ended } of calls.toSorted((one, other) => one.ended - other.ended))
    if (begun >= free) {
      count += 1;
      free = ended;
    }
  return count;
}

/** What differs from call to call is left out. */
function labelOf(method: string, path: string, body: Buffer): string {
  if (path.endsWith('/graphql')) return operationIn(body);
  const short = decodeURIComponent(path)
    .replace(/^\/repos\/[^/]+\/[^/]+/, '…')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'SHA')
    .replaceAll(/([/-])\d+\b/g, '$1N');
  return `${method} ${short}`;
}
