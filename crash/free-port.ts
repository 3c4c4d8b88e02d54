import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to whoever asks for any: nobody is given one while what is killed is away from it. */
const [least, most] = [10_000, 30_000];

/** A port that nobody listens on now, and that nobody is given by chance: what is killed comes back on the same one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(least, most);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue;
      throw error;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
