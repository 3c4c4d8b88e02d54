import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/connect.ts';
import { redeliverFailed } from '../../src/jobs/tasks.ts';
import { serverUrl } from '../database/test-database.ts';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';
import { wayTo, type Way } from './cut.ts';

// The embedded database is part of the process: it is gone only when the app is.
describe.runIf(serverUrl)('the database is gone for a while (needs TEST_DATABASE_URL)', () => {
  let acme: Acme;
  let way: Way;
  beforeAll(async () => {
    const { hostname, port, href } = new URL(serverUrl ?? '');
    way = await wayTo(hostname, Number(port || 5432));
    const url = Object.assign(new URL(href), { host: `127.0.0.1:${way.port}` }).href;
    acme = await openAcme({ resources: 2, reach: ({ schema }) => openDatabase({ url, schema }) });
  });
  afterAll(async () => {
    await acme.close();
    await way.close();
  });

  test('webhooks are refused meanwhile and asked for again, and what ended is taken back', async () => {
    const [held, asked] = [acme.freshResource(), acme.freshResource()];
    await acme.obtains({ resource: held, duration: '1h' });
    const deliveries = acme.world.deliveries().length;
    way.goesDown();
    acme.clock.advanceTo(acme.clock.now() + 61 * 60_000);
    const { number } = await acme.world.person('mona').opensPullRequest({
      title: 'Access',
      branch: 'mona/meanwhile',
      files: { [fileOf({ resource: asked })]: entries({ resource: asked }) },
    });
    await acme.world.settled();
    // What leads to nothing is taken all the same.
    const refused = acme.world.deliveries().filter(({ status }, nth) => nth >= deliveries && status !== 202);
    expect(refused).toMatchObject([{ event: 'pull_request', action: 'opened', status: 500 }]);
    expect((await fetch(`${acme.app().url}/readyz`)).status).toBe(503);
    expect((await fetch(`${acme.app().url}/healthz`)).status).toBe(200);

    way.comesBack();
    await eventually(async () => (await acme.grants('mona', held))[0]?.state === 'revoked');
    expect(await acme.holds('mona', held)).toBe(false);
    const { queue, db } = acme.app().parts;
    await queue.send(db, redeliverFailed);
    await acme.settled();
    expect(await acme.check(await acme.pull(number))).toMatchObject({ conclusion: 'success' });
    expect(await acme.onMain(fileOf({ resource: held }))).toBe('requests: []\n');
    expect(await acme.verified()).toMatchObject({ pending: 0, discrepancies: [] });
  });
});
