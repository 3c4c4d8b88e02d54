import { once } from 'node:events';
import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Kind, parse } from 'graphql';
import type { PointKind, Trap } from './trap.ts';

export interface GitHubProxy {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes the app's calls on to GitHub. `before`: the call is not passed on. `after`: GitHub has answered in full, and the app never hears of
 * it.
 */
export async function githubProxy(
  github: string,
  isConnector: (path: string) => boolean,
  trap: Trap,
): Promise<GitHubProxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    buffer(request).then(
      (sent) => passOn(request, sent, response),
      () => response.destroy(),
    );
  });

  function passOn(
    { method = 'GET', url = '/', headers }: IncomingMessage,
    sent: Buffer,
    response: ServerResponse,
  ): void {
    const { pathname } = new URL(url, github);
    const kind: PointKind = isConnector(pathname) ? 'connector' : 'github';
    const side = trap.meets(
      kind,
      pathname.endsWith('/graphql') ? operationIn(sent) : labelOf(method, pathname),
    );
    if (side === 'before') return void trap.spring();
    const onward = send(new URL(url, github), { method, headers, agent }, (answer: IncomingMessage) => {
      buffer(answer).then(
        (body) => {
          if (side === 'after') return void trap.spring();
          response.writeHead(answer.statusCode ?? 502, answer.rawHeaders).end(body);
        },
        () => response.destroy(),
      );
    });
    onward.on('error', () => response.destroy());
    onward.end(sent);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      agent.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** `POST /repos/acme/access/check-runs` -> `POST …/check-runs`: what differs from run to run is left out. */
function labelOf(method: string, path: string): string {
  const short = decodeURIComponent(path)
    .replace(/^\/repos\/[^/]+\/[^/]+/, '…')
    .replaceAll(/\b[0-9a-f]{40}\b/g, 'SHA')
    .replaceAll(/([/-])\d+\b/g, '$1N');
  return `${method} ${short}`;
}

/** `mutation createCheckRun`: what a call to GitHub's GraphQL API asks for. */
export function operationIn(sent: Buffer): string {
  const { query } = JSON.parse(sent.toString()) as { readonly query: string };
  return parse(query)
    .definitions.flatMap((definition) => {
      if (definition.kind !== Kind.OPERATION_DEFINITION) return [];
      const fields = definition.selectionSet.selections.flatMap((field) =>
        field.kind === Kind.FIELD ? field.name.value : [],
      );
      return `${definition.operation} ${[...new Set(fields)].join(', ')}`;
    })
    .join('; ');
}
