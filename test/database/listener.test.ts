import { getEventListeners } from 'node:events';
import { Client } from 'pg';
import { describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { insertGrant, moveGrant } from '../../src/database/grants.ts';
import { listen } from '../../src/database/listener.ts';
import { wayTo } from '../outages/cut.ts';
import { hour, nine, sampleGrant } from './sample-grant.ts';
import { openTestDatabase, serverUrl } from './test-database.ts';

describe.runIf(serverUrl)('hearing of grants (needs TEST_DATABASE_URL)', () => {
  test('of those that any process stores or gives another end, and of no other installation’s', async () => {
    const { hostname, port, href } = new URL(serverUrl ?? '');
    const way = await wayTo(hostname, Number(port || 5432));
    const [writer, others] = await Promise.all([openTestDatabase(), openTestDatabase()]);
    const url = Object.assign(new URL(href), { host: `127.0.0.1:${way.port}` }).href;
    const database = await openDatabase({ url, schema: writer.schema });
    let heard = 0;
    const lost: unknown[] = [];
    const deafen = database.hearOfGrants({
      heard: () => void (heard += 1),
      lost: (error) => void lost.push(error),
    });
    const comesTo = async (count: number) => {
      await expect.poll(() => heard, { interval: 5, timeout: 20_000 }).toBe(count);
    };
    await comesTo(1);

    // In one order for all who listen: what came before was not for these.
    await insertGrant(others.db, sampleGrant(), nine);
    const grant = await writer.db.transaction().execute((trx) => insertGrant(trx, sampleGrant(), nine));
    await comesTo(2);
    await moveGrant(writer.db, grant.id, ['scheduled'], 'granting');
    await moveGrant(writer.db, grant.id, ['granting'], 'granting', { expiresAt: nine + hour });
    await comesTo(3);

    way.goesDown();
    await expect.poll(() => lost, { timeout: 20_000 }).toHaveLength(1);
    way.comesBack();
    await comesTo(4);
    await insertGrant(writer.db, sampleGrant({ key: 'user:hubot orders-db:read-only' }), nine);
    await comesTo(5);
    expect(lost).toHaveLength(1);
    await deafen();
    await Promise.all([database.close(), writer.close(), others.close()]);
    await way.close();
  });
});

test('nothing is kept of connections that were lost', async () => {
  const added = vi.spyOn(EventTarget.prototype, 'addEventListener');
  const lost: unknown[] = [];
  let tries = 0;
  const connection = () => {
    tries += 1;
    return new Client({ host: '127.0.0.1', port: 1 });
  };
  const options = { connection, channel: 'c', payload: 'p', asksEvery: 1000, pause: 1 };
  const deafen = listen(options, { heard: () => undefined, lost: (error) => void lost.push(error) });
  const signal = added.mock.contexts.find((target) => target instanceof AbortSignal);
  added.mockRestore();
  await expect.poll(() => tries, { interval: 5 }).toBeGreaterThan(5);
  expect(signal && getEventListeners(signal, 'abort').length).toBeLessThan(3);
  await deafen();
  expect(lost).toHaveLength(1);
});
