import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantById, insertGrant } from '../../src/database/grants.ts';
import type { Clock } from '../../src/jobs/clock.ts';
import type { RunningApp } from '../../src/main.ts';
import { serverUrl } from '../database/test-database.ts';
import { sampleGrant } from '../database/sample-grant.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';

let acme: Acme;
let stop: () => Promise<void>;
let other: RunningApp;

// Two apps on one database, which both hear every webhook; their clocks are five minutes before and after GitHub's.
beforeAll(async () => {
  acme = await openAcme({ resources: 2, clock: (clock) => off(clock, -5) });
  other = await acme.startsReplica({ clock: off(acme.clock, 5) });
  const proxy = createServer((request, response) => {
    void passOn(request, [acme.app().url, other.url]).then((status) => response.writeHead(status).end());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  acme.world.deliverTo(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/github/webhooks`);
  stop = async () => {
    await other.stop();
    proxy.close();
    await acme.close();
  };
});
afterAll(() => stop());

function off(clock: Clock, minutes: number): Clock {
  const difference = minutes * 60_000;
  return {
    now: () => clock.now() + difference,
    reaches: (instant, signal) => clock.reaches(instant - difference, signal),
  };
}

async function passOn(request: IncomingMessage, urls: readonly string[]): Promise<number> {
  const body = await buffer(request);
  const headers = new Headers(
    ['content-type', 'x-github-delivery', 'x-github-event', 'x-hub-signature-256'].map((name) => [
      name,
      String(request.headers[name]),
    ]),
  );
  const answers = await Promise.all(
    urls.map((url) => fetch(`${url}${request.url}`, { method: 'POST', headers, body })),
  );
  return Math.max(...answers.map(({ status }) => status));
}

const kinds = async (pull: Parameters<Acme['told']>[0]) =>
  (await acme.told(pull)).map(({ kind }) => kind).filter((kind) => !kind.startsWith('revert-'));

test('two replicas that race for every step, ten minutes apart, double nothing and give nothing after its end', async () => {
  const resource = acme.freshResource();
  const pull = await acme.obtains({ resource, duration: '1h' });
  // To the one whose clock is late it begins later, and it is decided on again then.
  await acme.later(6);
  expect(await acme.holds('mona', resource)).toBe(true);
  const { data } = await acme.world
    .person('grace')
    .request<{ check_runs: { name: string; output: object }[] }>(
      'GET',
      `/repos/acme/access/commits/${pull.head.sha}/check-runs?filter=all`,
    );
  // Five minutes before or after, some of what is told is another.
  const said = data.check_runs.map(({ name, output }) => `${name}: ${JSON.stringify(output)}`);
  expect(said).toEqual([...new Set(said)]);

  await acme.later(60);
  expect(await acme.holds('mona', resource)).toBe(false);
  await acme.later(10);
  expect(await acme.holds('mona', resource)).toBe(false);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked', endedBecause: 'expired' }]);
  expect(await kinds(pull)).toEqual(['grant-decided', 'access-granted', 'access-revoked']);
  expect(await acme.comments(pull)).toHaveLength(1);
  expect(await acme.reverts()).toMatchObject([{ merged_at: expect.any(String) }]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  expect(await acme.verified()).toMatchObject({ pending: 0, discrepancies: [] });
});

test.runIf(serverUrl)('what one stores the others know of at once (needs TEST_DATABASE_URL)', async () => {
  const { db } = acme.database;
  const entitlement = { role: acme.target.name('reader-db-1') };
  // Sooner than anybody looks by themselves, to the one whose clock is early.
  const expiresAt = acme.clock.now() + 5 * 60_000 + 30_000;
  const grant = sampleGrant({
    repositoryId: acme.world.repository.id,
    // Of the test before.
    pull: 1,
    entitlement,
    entitlementKey: JSON.stringify(entitlement),
    identity: acme.target.name('nick'),
    state: 'active',
    startsAt: expiresAt - 60_000,
    expiresAt,
  });
  const { id } = await insertGrant(db, grant, acme.clock.now());
  acme.clock.advanceTo(acme.clock.now() + 30_000);
  await eventually(async () => (await grantById(db, id))?.state === 'revoked');
  expect(await grantById(db, id)).toMatchObject({ endedBecause: 'expired' });
});

test('what a replica that slept gives after the end is taken back, until it is gone', async () => {
  const resource = acme.freshResource();
  const { client } = acme.target;
  const query = client.query.bind(client);
  let sleeps = true;
  const refusals: string[] = [];
  const asleep = Promise.withResolvers<void>();
  const awake = Promise.withResolvers<void>();
  client.query = async (text, values) => {
    if (sleeps && text.startsWith('grant ')) {
      sleeps = false;
      asleep.resolve();
      await awake.promise;
    }
    if (text.startsWith('revoke ') && refusals.length > 0) throw new Error(refusals.pop());
    return query(text, values);
  };
  const pull = await acme.asks({ resource, duration: '1h' });
  await acme.approves('ada', pull);
  await acme.world.person('mona').merges(pull.number);
  await acme.world.settled();
  acme.clock.advanceTo(acme.clock.now() + 6 * 60_000);
  await asleep.promise;
  // As the queue's housekeeping does after half a minute without a sign of life.
  await acme.database.run(
    `update ${acme.queueSchema}.job set state = 'retry', retry_count = retry_count + 1, start_after = now(), heartbeat_on = null
      where state = 'active' and data->>'name' = 'apply-grants'`,
  );
  await eventually(() => acme.holds('mona', resource));
  await eventually(async () => (await acme.grants('mona', resource))[0]?.state === 'active');
  acme.clock.advanceTo(acme.clock.now() + 61 * 60_000);
  await eventually(async () => (await acme.grants('mona', resource))[0]?.state === 'revoked');

  refusals.push('the target takes nothing back now');
  awake.resolve();
  await eventually(async () => refusals.length === 0);
  await acme.settled();
  client.query = query;
  expect(await acme.holds('mona', resource)).toBe(false);
  expect(await kinds(pull)).toEqual([
    'grant-decided',
    'access-granted',
    'access-revoked',
    'access-granted',
    'access-revoked',
  ]);
  expect(await acme.comments(pull)).toHaveLength(1);
  expect(await acme.reverts()).toHaveLength(2);
  expect(await acme.verified()).toMatchObject({ pending: 0, discrepancies: [] });
});
