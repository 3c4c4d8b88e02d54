import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { comesToNothing, resourcesWith } from './attack.ts';

const inEmergency = [
  'principals: ["@acme/engineering"]',
  'emergency: { requesters: ["@acme/on-call"], max_duration: 2h, review_within: 30m }',
];

let acme: Acme;
let resources: readonly string[];
beforeAll(async () => {
  acme = await openAcme({ resources: 6 });
  resources = await resourcesWith(
    acme,
    ['quota: { cooldown: 2h }'],
    inEmergency,
    inEmergency,
    inEmergency,
    inEmergency,
  );
});
afterAll(() => acme.close());

const minutes = 60_000;
const nth = (index: number) => resources[index] as string;

/** How long the latest grant lasts, in minutes. */
async function lasts(resource: string, who = 'mona'): Promise<number> {
  const [grant] = await acme.grants(who, resource);
  return ((grant?.expiresAt ?? 0) - (grant?.startsAt ?? 0)) / minutes;
}

describe('keeps access for longer', () => {
  test('by correcting the reason, which starts no clock anew', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.obtains({ resource });
    await acme.later(60);
    const correction = await acme.proposes('mona', {
      [file]: entries({ resource, reason: 'INC-1: look again' }),
    });
    await acme.approves('ada', correction);
    await acme.merges('mona', correction);
    expect(await lasts(resource)).toBe(240);
    await acme.later(181);
    expect(await acme.holds('mona', resource)).toBe(false);
  });

  test('by giving it back and asking again at once', async () => {
    const resource = nth(0);
    const file = fileOf({ resource });
    await acme.obtains({ resource, duration: '8h' });
    await acme.later(7 * 60);
    const back = await acme.proposes('mona', { [file]: null });
    await acme.merges('grace', back);
    expect(await acme.holds('mona', resource)).toBe(false);
    await acme.later(60);
    const again = await acme.asks({ resource, duration: '8h' });
    expect(await acme.check(again)).toMatchObject({ annotations: [{ code: 'cooldown' }] });
    await acme.approves('ada', again);
    await acme.merges('grace', again);
    expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked' }]);
    expect(await acme.onMain(file)).toBe('requests: []\n');
  });
});

describe('calls it an emergency', () => {
  test('and has nobody review it: it ends when the time for that is over, and there is no second', async () => {
    const [resource, second] = [nth(1), nth(2)];
    const asks = (name: string) => acme.asks({ resource: name, emergency: true, duration: '2h' });
    await acme.merges('grace', await asks(resource));
    expect(await acme.holds('mona', resource)).toBe(true);
    expect(await lasts(resource)).toBe(30);
    await acme.later(31);
    expect(await acme.holds('mona', resource)).toBe(false);
    const pull = await asks(second);
    expect(await acme.check(pull)).toMatchObject({ annotations: [{ code: 'emergency-not-allowed' }] });
    await comesToNothing(acme, pull, { resource: second });
    expect((await acme.told(pull)).map(({ subject }) => subject).join()).toContain('there is one at a time');
  });

  test('for somebody else', async () => {
    const resource = nth(3);
    const pull = await acme.asks({ user: 'lars', resource, emergency: true, duration: '1h' }, { by: 'mona' });
    expect(await acme.check(pull)).toMatchObject({ annotations: [{ code: 'emergency-not-allowed' }] });
    await comesToNothing(acme, pull, { who: 'lars', resource });
  });

  test('and reviews it in vain; that of an owner lets it last', async () => {
    const resource = nth(4);
    const pull = await acme.asks({ user: 'lars', resource, emergency: true, duration: '2h' });
    await acme.merges('grace', pull);
    expect((await acme.approves('lars', pull)).status).toBe(422);
    await acme.approves('nick', pull);
    expect(await lasts(resource, 'lars')).toBe(30);
    await acme.approves('ada', pull);
    expect(await lasts(resource, 'lars')).toBe(120);
    await acme.later(60);
    expect(await acme.holds('lars', resource)).toBe(true);
  });
});
