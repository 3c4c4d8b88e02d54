import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { messages } from './postgres-messages.ts';
import type { Watch } from './statements.ts';
import type { Trap } from './trap.ts';

export interface PostgresProxy {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Passes connections on to a PostgreSQL server and reads along. `before`: the statement is not passed on. `after`: the server has said
 * that it is done, and the app never hears of it.
 */
export async function postgresProxy(
  to: { readonly host: string; readonly port: number },
  watching: () => Watch,
  trap: Trap,
): Promise<PostgresProxy> {
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(to.port, to.host);
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
    port: (proxy.address() as AddressInfo).port,
    async close() {
      for (const socket of open) socket.destroy();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}

/** The client waits for an answer before it asks again, so that the next thing that the server has done is what was asked last. */
function readAlong(client: Socket, server: Socket, watch: Watch, trap: Trap): void {
  let dead = false;
  let lastWords: Buffer[] | null = null;

  const fromClient = messages({ startsUntyped: true }, ({ sql, bytes }) => {
    if (dead) return;
    const seen = sql === null ? null : watch(sql);
    const side = seen && trap.meets(seen.kind, seen.label);
    if (side === 'before') {
      dead = true;
      return trap.spring();
    }
    if (side === 'after') lastWords = [];
    server.write(bytes);
  });
  const fromServer = messages({ startsUntyped: false }, ({ type, bytes }) => {
    if (dead) return;
    if (lastWords === null) return void client.write(bytes);
    lastWords.push(bytes);
    if (type === 'E') {
      // It was not done: there is nothing to be killed after.
      client.write(Buffer.concat(lastWords));
      lastWords = null;
    } else if (type === 'Z') {
      dead = true;
      trap.spring();
    }
  });
  client.on('data', fromClient);
  server.on('data', fromServer);
}
