import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1 });
});
afterAll(() => acme.close());

async function asked(path: string) {
  const response = await fetch(`${acme.app().url}${path}`);
  return { status: response.status, text: await response.text() };
}

const figures = async () => (await asked('/metrics')).text;

test('the app says that it is alive and ready, and in figures what it has to do', async () => {
  expect(await asked('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await asked('/readyz')).toEqual({ status: 200, text: 'ready\n' });
  await acme.obtains({ resource: acme.freshResource() });
  const forged = await fetch(`${acme.app().url}/api/github/webhooks`, {
    method: 'POST',
    headers: { 'x-github-delivery': '1', 'x-github-event': 'push', 'x-hub-signature-256': 'sha256=0' },
    body: '{}',
  });
  expect(forged.status).toBe(401);
  const before = await figures();
  expect(before).toContain('countersign_grants{state="active"} 1\n');
  expect(before).toContain('countersign_grants_due 0\n');
  expect(before).toContain('countersign_grants_overdue 0\n');
  expect(before).toContain('countersign_tasks{state="givenUp"} 0\n');
  expect(before).toContain('countersign_tasks_wait_seconds 0\n');
  expect(before).toMatch(/^countersign_deliveries_total\{event="pull_request"\} [1-9]/m);
  expect(before).toContain('countersign_deliveries_refused_total 1\n');
  expect(before).toMatch(/^countersign_task_attempts_total\{task="apply-grants",outcome="done"\} [1-9]/m);
  expect(before).toContain('countersign_connector_errors_total{connection="orders-db"} 0\n');
  expect(before).toMatch(/^countersign_github_calls_left\{installation="\d+",resource="core"\} 4\d{3}$/m);
  acme.target.goesDown();
  acme.clock.advanceTo(acme.clock.now() + 241 * 60_000);
  await eventually(async () => /^countersign_connector_errors_total\{.+\} [1-9]/m.test(await figures()));
  const late = await figures();
  expect(late).toContain('countersign_grants_due 1\n');
  expect(late).toContain('countersign_grants_overdue 1\n');
  expect(late).toMatch(/countersign_grants_overdue_seconds [1-9]/);
  await eventually(async () =>
    /^countersign_task_attempts_total\{task="apply-grants",outcome="failed"\} [1-9]/m.test(await figures()),
  );
  acme.target.comesBack();
  await acme.settled();
  expect(await figures()).toContain('countersign_grants_overdue 0\n');
});

test('it says that it is not ready while its database does not answer', async () => {
  const { schema } = acme.database;
  const queue = schema === 'public' ? 'queue' : `${schema}_queue`;
  await acme.database.run(`alter table ${queue}.job rename to lost`);
  const { status, text } = await asked('/readyz');
  await acme.database.run(`alter table ${queue}.lost rename to job`);
  expect({ status, text }).toEqual({
    status: 503,
    text: expect.stringMatching(/^the database does not answer: .+\n$/),
  });
  expect(await asked('/readyz')).toMatchObject({ status: 200 });
});
