import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 1 });
});
afterAll(() => acme.close());

test('an App that is uninstalled and installed again goes on by itself', async () => {
  acme.world.uninstallsApp();
  await acme.world.installsAppAgain();
  const pull = await acme.asks({ resource: acme.freshResource() });
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
});
