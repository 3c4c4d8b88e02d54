import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 6 });
});
afterAll(() => acme.close());

test('asks for the same in two files, so that nothing else in them can be taken out', async () => {
  const [twice, returned, asked] = [acme.freshResource(), acme.freshResource(), acme.freshResource()];
  const shared = 'access-requests/shared.yaml';
  await acme.obtains({ resource: returned }, { file: shared });
  const first = await acme.asks({ resource: twice });
  const second = await acme.proposes('mona', {
    [shared]: entries({ resource: returned }, { resource: twice }),
  });
  for (const pull of [first, second]) {
    expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
    await acme.approves('ada', pull);
  }
  await acme.whileStopped(async () => {
    for (const { number } of [first, second]) await acme.world.person('grace').merges(number);
  });
  const later = await acme.proposes('mona', { 'access-requests/later.yaml': entries({ resource: asked }) });
  await acme.obtains({ resource: asked });
  expect(await acme.check(later)).toMatchObject({ annotations: [{ code: 'duplicate-request' }] });
  expect(await acme.onMain(shared)).toContain(twice);
  expect(await acme.grants('mona', twice)).toHaveLength(1);

  await acme.pushes('grace', 'main', { [shared]: entries({ resource: twice }) });
  const holds = () => Promise.all([twice, returned, asked].map((name) => acme.holds('mona', name)));
  expect(await holds()).toEqual([true, false, true]);
  await acme.pushes('grace', 'main', { [shared]: null, [fileOf({ resource: twice })]: null });
  expect(await holds()).toEqual([false, false, true]);
});
