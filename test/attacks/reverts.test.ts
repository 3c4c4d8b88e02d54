import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { protectMain } from '../jobs/stage.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 4 });
});
afterAll(() => acme.close());

const empty = 'requests: []\n';

test("brings an entry back with GitHub's Revert button on the app's own revert", async () => {
  const resource = acme.freshResource();
  const file = fileOf({ resource });
  await acme.obtains({ resource, duration: '1h' });
  await acme.later(61);
  const revert = (await acme.reverts()).at(-1);
  expect(revert).toMatchObject({ merged_at: expect.any(String) });
  // What the button does: a branch of this name, on which the app's commit is undone.
  const back = await acme.proposes(
    'mona',
    { [file]: entries({ resource, duration: '1h' }) },
    `revert-${revert?.number}-${revert?.head.ref}`,
  );
  expect(await acme.check(back, 'access/approval')).toMatchObject({
    status: 'in_progress',
    title: 'Waiting for @acme/data-owners',
  });
  expect((await acme.merges('grace', back)).status).toBe(200);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'revoked', endedBecause: 'expired' }]);
  expect(await acme.holds('mona', resource)).toBe(false);
  expect(await acme.onMain(file)).toBe(empty);
});

test("pushes to the app's revert branch, which is written anew before it is merged", async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  acme.world.protect('main', { requiredChecks: [{ context: 'somebody/else' }], bypass: { admins: true } });
  await acme.merges('grace', pull);
  const revert = (await acme.reverts()).at(-1);
  expect(revert).toMatchObject({ state: 'open' });
  const policy = `access-policies/resources/${resource}.yaml`;
  protectMain(acme.world);
  // An entry of their own, and a policy of the same bytes as a symbolic link.
  await acme.pushes(
    'lars',
    revert?.head.ref ?? '',
    { [policy]: await acme.onMain(policy), 'access-requests/lars.yaml': entries({ user: 'lars', resource }) },
    { mode: { [policy]: '120000' } },
  );
  expect((await acme.reverts()).at(-1)).toMatchObject({
    number: revert?.number,
    state: 'closed',
    merged_at: expect.any(String),
  });
  expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
  expect(await acme.onMain('access-requests/lars.yaml')).toBeNull();
  expect(await acme.world.git('ls-tree', 'main', policy)).toMatch(/^100644 /);
  expect([await acme.grants('mona', resource), await acme.grants('lars', resource)]).toEqual([[], []]);
});

test('opens a pull request from the branch that the app is to revert from next', async () => {
  const [asked, refused] = [acme.freshResource(), acme.freshResource()];
  const { last } = await acme.database.db
    .selectFrom('reverts')
    .select((revert) => revert.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  const next = `countersign/revert-${Number(last ?? 0) + 1}`;
  const theirs = await acme.proposes(
    'mona',
    { [fileOf({ resource: asked })]: entries({ resource: asked }) },
    next,
  );
  await acme.approves('ada', theirs);
  await acme.merges('grace', await acme.asks({ resource: refused }));
  // The app takes the branch for its own, and with it the pull request: what it merges is what it wrote.
  expect((await acme.reverts()).at(-1)).toMatchObject({
    number: theirs.number,
    merged_at: expect.any(String),
  });
  for (const resource of [asked, refused]) expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.onMain(fileOf({ resource: refused }))).toBe(empty);
  expect(await acme.onMain(fileOf({ resource: asked }))).toBeNull();
});
