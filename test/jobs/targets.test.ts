import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourcePolicy } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';
import { eventually } from './eventually.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 8 });
});
afterAll(() => acme.close());

const state = async (resource: string) => (await acme.grants('mona', resource))[0]?.state;

/** Merges an approved request without waiting for what fails meanwhile. */
async function mergesWhileDown(
  resource: string,
  end: { readonly duration?: string; readonly until?: string },
) {
  const pull = await acme.asks({ resource, ...end });
  await acme.approves('ada', pull);
  acme.target.goesDown();
  await acme.world.person('mona').merges(pull.number);
  await eventually(async () => (await failures(resource)) > 0);
  return pull;
}

async function failures(resource: string): Promise<number> {
  const row = await acme.database.db
    .selectFrom('grants')
    .select('attempts')
    .where('resource', '=', resource)
    .executeTakeFirst();
  return row?.attempts ?? 0;
}

test('what a target out of reach could not be given is given once it is back', async () => {
  const resource = acme.freshResource();
  await mergesWhileDown(resource, {});
  expect(await state(resource)).toBe('scheduled');
  acme.target.comesBack();
  await acme.settled();
  expect(await state(resource)).toBe('active');
  expect(await acme.holds('mona', resource)).toBe(true);
});

test('what could not be given before its end is never given', async () => {
  const resource = acme.freshResource();
  const pull = await mergesWhileDown(resource, { duration: '30m' });
  acme.clock.advanceTo(acme.clock.now() + 31 * 60_000);
  acme.target.comesBack();
  await acme.settled();
  expect(await acme.grants('mona', resource)).toMatchObject([
    { state: 'revoked', endedBecause: 'never-granted', grantedAt: null },
  ]);
  expect((await acme.told(pull)).map(({ kind }) => kind)).toEqual(['grant-decided', 'grant-ended']);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
});

test('what ends while the target is out of reach stays live, and overdue, until it is taken back', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource, duration: '1h' });
  acme.target.goesDown();
  acme.clock.advanceTo(acme.clock.now() + 61 * 60_000);
  await eventually(async () => (await failures(resource)) > 0);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active', revokedAt: null }]);
  acme.target.comesBack();
  await acme.settled();
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked', endedBecause: 'expired' }]);
  expect(await acme.holds('mona', resource)).toBe(false);
});

test('whom the target does not know is refused for good, told so, and taken out of the file', async () => {
  const resource = acme.freshResource();
  const pull = await acme.obtains({ resource, user: 'nova' });
  expect(await acme.grants('nova', resource)).toMatchObject([{ state: 'refused', grantedAt: null }]);
  expect(await acme.comments(pull)).toEqual([expect.stringContaining('refused by the target')]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  await acme.target.client.query(`create role "${acme.target.name('nova')}"`);
  await acme.later(1);
  expect(await acme.holds('nova', resource)).toBe(false);
  await acme.target.client.query(`drop role "${acme.target.name('nova')}"`);
});

test('what an attempt gave before it was cut short is taken back when the target then refuses', async () => {
  const resource = acme.freshResource();
  const pull = await mergesWhileDown(resource, {});
  const [role, member] = [acme.target.name(`reader-${resource}`), acme.target.name('mona')];
  // As a crash between the target's yes and the storing of it leaves things, and then the role has become one that must not be given.
  await acme.database.run(`grant "${role}" to "${member}"; alter role "${role}" createrole`);
  await acme.database.run(`update grants set state = 'granting' where resource = '${resource}'`);
  acme.target.comesBack();
  await acme.settled();
  expect(await acme.grants('mona', resource)).toMatchObject([
    { state: 'revoked', endedBecause: 'never-granted', grantedAt: null },
  ]);
  expect(await acme.holds('mona', resource)).toBe(false);
  expect((await acme.told(pull)).map(({ kind }) => kind)).toEqual([
    'grant-decided',
    'target-refused',
    'access-revoked',
  ]);
});

test('access that stood before the grant stands after it', async () => {
  const resource = acme.freshResource();
  const [role, member] = [acme.target.name(`reader-${resource}`), acme.target.name('mona')];
  await acme.target.client.query(`grant "${role}" to "${member}"`);
  const pull = await acme.obtains({ resource, duration: '1h' });
  await acme.later(61);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked', standing: true }]);
  expect(await acme.holds('mona', resource)).toBe(true);
  expect((await acme.told(pull)).at(-1)).toMatchObject({
    kind: 'grant-ended',
    details: { because: 'held-otherwise' },
  });
});

test('access that two requests lead to stays until the later end', async () => {
  const [one, other] = [acme.freshResource(), acme.freshResource()];
  await acme.pushes('grace', 'main', {
    [`access-policies/resources/${other}.yaml`]: resourcePolicy(other, acme.target.name(`reader-${one}`)),
  });
  await acme.adopts();
  await acme.obtains({ resource: one, duration: '1h' });
  await acme.obtains({ resource: other, duration: '2h' });
  await acme.later(61);
  expect([await state(one), await state(other)]).toEqual(['revoked', 'active']);
  expect(await acme.holds('mona', one)).toBe(true);
  await acme.later(60);
  expect(await state(other)).toBe('revoked');
  expect(await acme.holds('mona', one)).toBe(false);
});
