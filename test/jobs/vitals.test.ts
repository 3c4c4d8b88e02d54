import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1 });
});
afterAll(() => acme.close());

async function asked(path: string) {
  const response = await fetch(`${acme.app().url}${path}`);
  return { status: response.status, text: await response.text() };
}

test('the app says that it is alive and ready, and in figures what it has to do', async () => {
  expect(await asked('/healthz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await asked('/readyz')).toEqual({ status: 200, text: 'ready\n' });
  await acme.obtains({ resource: acme.freshResource() });
  const before = await asked('/metrics');
  expect(before.text).toContain('countersign_grants{state="active"} 1\n');
  expect(before.text).toContain('countersign_grants_overdue 0\n');
  expect(before.text).toContain('countersign_tasks{state="givenUp"} 0\n');
  acme.target.goesDown();
  acme.clock.advanceTo(acme.clock.now() + 241 * 60_000);
  const late = await asked('/metrics');
  expect(late.text).toContain('countersign_grants_overdue 1\n');
  expect(late.text).toMatch(/countersign_grants_overdue_seconds [1-9]/);
  acme.target.comesBack();
  await acme.settled();
  expect((await asked('/metrics')).text).toContain('countersign_grants_overdue 0\n');
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
