import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { messages } from './postgres-messages.ts';
import type { Watch } from './statements.ts';
import type { Trap } from './trap.ts';

export interface PostgresProxy {
  /** The address of the server, by the proxy. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Passes connections on to a PostgreSQL server and reads along. `before`: the statement is not passed on. `after`: the server has said
 * that it is done, and the app does not hear of it. Neither, until it goes on.
 */
export async function postgresProxy(
  url: string,
  watching: () => Watch,
  trap: Pick<Trap, 'meets' | 'spring'>,
): Promise<PostgresProxy> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(port || 5432), hostname);
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
    readAlong(client, server, watching(), trap);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: Object.assign(new URL(url), { host: `127.0.0.1:${(proxy.address() as AddressInfo).port}` }).href,
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** The client waits for an answer before it asks again, so that the next thing that the server has done is what was asked last. */
function readAlong(client: Socket, server: Socket, watch: Watch, trap: Pick<Trap, 'meets' | 'spring'>): void {
  let unsent: Buffer[] | null = null;
  let lastWords: Buffer[] | null = null;
  const say = () => {
    client.write(Buffer.concat(lastWords ?? []));
    lastWords = null;
  };

  const fromClient = messages({ startsUntyped: true }, ({ sql, bytes }) => {
    if (unsent !== null) return void unsent.push(bytes);
    const seen = sql === null ? null : watch(sql);
    const side = seen && trap.meets(seen.kind, seen.label);
    if (side === 'after') lastWords = [];
    if (side !== 'before') return void server.write(bytes);
    unsent = [bytes];
    void trap.spring().then(() => {
      server.write(Buffer.concat(unsent ?? []));
      unsent = null;
    });
  });
  const fromServer = messages({ startsUntyped: false }, ({ type, bytes }) => {
    if (lastWords === null) return void client.write(bytes);
    lastWords.push(bytes);
    // It was not done: there is nothing to be killed after.
    if (type === 'E') say();
    else if (type === 'Z') void trap.spring().then(say);
  });
  client.on('data', fromClient);
  server.on('data', fromServer);
}
