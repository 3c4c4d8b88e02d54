import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourcePolicy } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 4 });
});
afterAll(() => acme.close());

const inMinutes = (minutes: number) => new Date(acme.clock.now() + minutes * 60_000).toISOString();

/** Brings a resource's policy to the branch, and into force. */
async function ruled(resource: string, policy: (text: string) => string): Promise<void> {
  const file = `access-policies/resources/${resource}.yaml`;
  const text = resourcePolicy(resource, acme.target.name(`reader-${resource}`));
  await acme.pushes('grace', 'main', { [file]: policy(text) });
  expect(await acme.adopts()).toEqual({ adopted: true });
}

test('what begins later is given if the policies of that moment allow it, whatever else they say by then', async () => {
  const [kept, stopped, changed] = [acme.freshResource(), acme.freshResource(), acme.freshResource()];
  const starts = inMinutes(120);
  for (const resource of [kept, stopped, changed]) await acme.obtains({ resource, starts, duration: '4h' });
  expect(await acme.grants('mona', stopped)).toMatchObject([{ state: 'scheduled' }]);
  await ruled(stopped, (text) => text.replace('max_duration: 8h', 'max_duration: 2h'));
  await ruled(changed, (text) => text.replace(/role: reader\S+/, `role: ${acme.target.name('reader-db-4')}`));
  await acme.later(121);

  expect(await acme.grants('mona', kept)).toMatchObject([{ state: 'active' }]);
  expect(await acme.holds('mona', kept)).toBe(true);
  const reasons = {
    [stopped]: 'the policy does not allow it',
    [changed]: 'comes to something else under the policies in force now',
  };
  for (const [resource, reason] of Object.entries(reasons)) {
    expect(await acme.grants('mona', resource)).toMatchObject([
      { state: 'revoked', endedBecause: 'never-granted', grantedAt: null },
    ]);
    expect(await acme.holds('mona', resource)).toBe(false);
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
    const refused = (await acme.events()).filter(({ kind }) => kind === 'grant-refused');
    expect(refused.map(({ subject }) => subject)).toContainEqual(expect.stringContaining(reason));
  }
  expect(await acme.holds('mona', 'db-4')).toBe(false);
});

test('what the target was out of reach for is decided on again after a quarter of an hour', async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource, duration: '4h' });
  await acme.approves('ada', pull);
  acme.target.goesDown();
  await acme.world.person('mona').merges(pull.number);
  await eventually(async () => (await acme.grants('mona', resource)).length > 0);
  await acme.world.people.leaveTeam('mona', 'engineering');
  acme.clock.advanceTo(acme.clock.now() + 16 * 60_000);
  acme.target.comesBack();
  await acme.settled();

  expect(await acme.grants('mona', resource)).toMatchObject([
    { grantedAt: null, endedBecause: 'never-granted' },
  ]);
  expect(await acme.holds('mona', resource)).toBe(false);
  expect((await acme.told(pull)).filter(({ kind }) => kind === 'grant-refused')).toMatchObject([
    { subject: expect.stringContaining('the policy does not allow it') },
  ]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
});
