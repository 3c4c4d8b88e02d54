import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface Way {
  readonly port: number;
  /** Breaks every connection and takes no new one. */
  goesDown(): void;
  comesBack(): void;
  close(): Promise<void>;
}

export async function wayTo(host: string, port: number): Promise<Way> {
  const open = new Set<Socket>();
  let down = false;
  const server = createServer((near) => {
    if (down) {
      near.destroy();
      return;
    }
    const far = connect(port, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on('error', () => undefined);
      one.once('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    goesDown() {
      down = true;
      cut();
    },
    comesBack: () => void (down = false),
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
