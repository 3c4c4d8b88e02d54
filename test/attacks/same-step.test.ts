import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { landsTogether, resourcesWith } from './attack.ts';

let acme: Acme;
let emergencies: readonly string[];
beforeAll(async () => {
  acme = await openAcme({ resources: 8 });
  const inEmergency = [
    'principals: ["@acme/engineering"]',
    'emergency: { requesters: ["@acme/on-call"], max_duration: 2h, review_within: 30m }',
  ];
  emergencies = await resourcesWith(acme, inEmergency, inEmergency);
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

test('lands two emergencies at once, of which each is the only one by itself', async () => {
  const ask = (resource: string) => entries({ resource, emergency: true, duration: '1h' });
  const [below, above] = emergencies as [string, string];
  const lower = await acme.proposes('mona', { [fileOf({ resource: below })]: ask(below) });
  const upper = await acme.proposes('mona', { [fileOf({ resource: above })]: ask(above) });
  for (const pull of [lower, upper]) expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
  await landsTogether(acme, 'grace', lower, upper);
  for (const resource of emergencies) {
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  }
  expect((await acme.told(upper)).map(({ subject }) => subject).join()).toContain('there is one at a time');
});

test('keeps what a template stood for after its owners changed what it stands for', async () => {
  const [former, latter] = [acme.freshResource(), acme.freshResource()];
  const file = 'access-policies/templates.yaml';
  const template = (resource: string) =>
    `templates:\n  debug: { resource: ${resource}, role: reader, duration: 4h }\n`;
  await acme.pushes('grace', 'main', { [file]: template(former) });
  expect(await acme.adopts()).toEqual({ adopted: true });
  const pull = await acme.proposes('mona', {
    'access-requests/by-template.yaml': 'requests:\n  - { user: mona, template: debug, reason: look }\n',
  });
  await acme.approves('ada', pull);
  await acme.merges('mona', pull);
  expect(await acme.holds('mona', former)).toBe(true);

  const change = await acme.proposes('ada', { [file]: template(latter) });
  await acme.approves('dora', change);
  await acme.merges('ada', change);
  expect((await acme.told(change))[0]).toMatchObject({ kind: 'policy-accepted' });
  expect(await acme.grants('mona', former)).toMatchObject([{ state: 'revoked', endedBecause: 'returned' }]);
  expect(await acme.holds('mona', former)).toBe(false);
  expect(await acme.grants('mona', latter)).toEqual([]);
});
