import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Pool } from 'pg';

// A process of its own: the least that takes a webhook in. HTTP, the signature held against the secret, one INSERT.
const [url, secret = ''] = process.argv.slice(2);
const pool = new Pool({ connectionString: url });
await pool.query(
  'create table floor_deliveries (id text primary key, event text not null, action text, repository_id bigint not null, received_at timestamptz not null)',
);

const server = createServer((request, response) => {
  take(request).then(
    (status) => response.writeHead(status).end(),
    () => response.writeHead(500).end(),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` } satisfies FloorServer);
process.once('disconnect', () => process.exit());

export interface FloorServer {
  readonly url: string;
}

async function take(request: IncomingMessage): Promise<number> {
  const body = await buffer(request);
  const signature = Buffer.from(String(request.headers['x-hub-signature-256']));
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`);
  if (signature.length !== right.length || !timingSafeEqual(signature, right)) return 401;
  const { action, repository } = JSON.parse(body.toString()) as {
    action?: string;
    repository: { id: number };
  };
  await pool.query('insert into floor_deliveries values ($1, $2, $3, $4, $5)', [
    request.headers['x-github-delivery'],
    request.headers['x-github-event'],
    action ?? null,
    repository.id,
    new Date(),
  ]);
  return 202;
}
