import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase, type Database } from '../../src/database/connect.ts';
import { serverUrl } from './test-database.ts';

/** PostgreSQL's `AuthenticationOk` and `ReadyForQuery`: all that this server ever says. */
const welcome = Buffer.from('5200000008000000005a0000000549', 'hex');

describe('a server that takes the login and then falls silent', () => {
  const open = new Set<Socket>();
  let logins = 0;
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
    socket.once('data', () => {
      logins += 1;
      socket.write(welcome);
    });
  });
  let database: Database;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    database = await openDatabase({ url: `postgres://app@127.0.0.1:${port}/app`, answersWithin: 50 });
  });
  afterAll(async () => {
    await database.close();
    server.close();
    await once(server, 'close');
  });

  test.each<[string, () => Promise<unknown>]>([
    ['a query', () => sql`select 1`.execute(database.db)],
    ['a query on a connection', () => database.db.connection().execute((one) => sql`select 1`.execute(one))],
    ['a transaction', () => database.db.transaction().execute((trx) => sql`select 1`.execute(trx))],
    ['plain SQL', () => database.run('select 1')],
  ])('keeps nobody who waits for %s, and is not asked on the same connection again', async (_, ask) => {
    const before = logins;
    await expect(ask()).rejects.toThrow('the database said nothing for 50 ms');
    await expect(ask()).rejects.toThrow('the database said nothing for 50 ms');
    expect(logins - before).toBe(2);
    await expect.poll(() => open.size).toBe(0);
  });

  test('is told of once to whoever listens, and left', async () => {
    const lost: unknown[] = [];
    const deafen = database.hearOfGrants({ heard: () => undefined, lost: (error) => void lost.push(error) });
    await expect.poll(() => lost).toMatchObject([{ message: 'the database said nothing for 50 ms' }]);
    await expect.poll(() => open.size).toBe(0);
    await deafen();
  });
});

describe.runIf(serverUrl)('a server (needs TEST_DATABASE_URL)', () => {
  test('ends what takes too long, and what a machine held that vanished', async () => {
    const database = await openDatabase({ url: serverUrl ?? '', answersWithin: 500 });
    const { rows } = await database.run(
      `select name, setting from pg_settings where name like 'tcp_keepalives%' or name ~ '^(statement|idle_in_tr.*)_timeout$'`,
    );
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      idle_in_transaction_session_timeout: '20000',
      statement_timeout: '450',
      tcp_keepalives_count: '3',
      tcp_keepalives_idle: '10',
      tcp_keepalives_interval: '5',
    });
    await expect(database.run('select pg_sleep(2)')).rejects.toThrow('statement timeout');
    await database.close();
  });
});
