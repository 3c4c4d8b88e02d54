import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectToServer } from '../../src/connectors/postgres/sql-client.ts';
import { insertGrant } from '../../src/database/grants.ts';
import { clientClass } from '../../src/github/client.ts';
import { sampleGrant } from '../database/sample-grant.ts';
import { openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1 });
});
afterAll(() => acme.close());

test('a target that hangs holds up nothing on another connection', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource, duration: '1h' });
  const end = (await acme.grants('mona', resource))[0]?.expiresAt ?? 0;
  const waiting: ((error: Error) => void)[] = [];
  const hang = () => new Promise<never>((_, reject) => waiting.push(reject));
  const { client } = acme.target;
  await acme.whileStopped(async () => {
    // More of them than the app has places.
    for (const identity of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await payrollEnds(identity, end);
    const replica = await acme.startsReplica({
      targets: { sql: async (url) => (url.includes('payroll') ? { ...client, query: hang } : client) },
    });
    acme.clock.advanceTo(end);
    await eventually(async () => waiting.length > 0);
    await eventually(async () => (await acme.grants('mona', resource))[0]?.state === 'revoked');
    expect(await acme.holds('mona', resource)).toBe(false);

    const stopped = replica.stop();
    const answering = setInterval(() => {
      for (const reject of waiting.splice(0)) reject(new Error('no answer'));
    }, 1);
    await stopped;
    clearInterval(answering);
    await acme.database.db.deleteFrom('grants').where('connection', '=', 'payroll-db').execute();
  });
});

/** A grant on a connection of another repository's. */
async function payrollEnds(identity: string, expiresAt: number): Promise<void> {
  const grant = sampleGrant({
    key: `user:${identity} payroll:reader`,
    identity,
    connection: 'payroll-db',
    entitlement: { role: `reader-${identity}` },
    entitlementKey: `{"role":"reader-${identity}"}`,
    repositoryId: acme.world.repository.id,
    state: 'active',
    startsAt: expiresAt - 60_000,
    expiresAt,
  });
  await insertGrant(acme.database.db, grant, expiresAt - 60_000);
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a database that takes connections and never answers is given up', async () => {
  const silent = createServer();
  const port = await listening(silent);
  const client = connectToServer(`postgres://nobody@127.0.0.1:${port}/none`, { toConnect: 50, toAnswer: 50 });
  await expect(client.query('select 1')).rejects.toThrow(/timeout/);
  await client.close();
  silent.close();
});

test('a GitHub that never answers is given up', async () => {
  const silent = createHttpServer();
  const port = await listening(silent);
  const Client = clientClass({ throttled: false, now: () => Date.now(), answersWithin: 50 });
  const octokit = new Client({ baseUrl: `http://127.0.0.1:${port}` });
  await expect(octokit.request('GET /rate_limit')).rejects.toThrow(/timeout/);
  silent.closeAllConnections();
  silent.close();
});
