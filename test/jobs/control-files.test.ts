import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeowners, entries, resourcePolicy } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

const ownersFile = '.github/CODEOWNERS';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 9, adopted: false, files: { [ownersFile]: null } });
});
afterAll(() => acme.close());

test('nothing is granted before a version was adopted, and none is that has no owners or cannot be read', async () => {
  const pull = await acme.asks({ resource: acme.freshResource() });
  expect(await acme.check(pull)).toMatchObject({
    conclusion: 'failure',
    title: 'No policies are in force yet',
  });
  expect(await acme.adopts()).toMatchObject({
    adopted: false,
    violations: [{ code: 'unowned-control-file', file: ownersFile }],
  });
  await acme.pushes('grace', 'main', {
    [ownersFile]: codeowners,
    'access-policies/settings.yaml': 'merge: sometimes\n',
  });
  expect(await acme.adopts()).toMatchObject({
    adopted: false,
    violations: [{ file: 'access-policies/settings.yaml', line: 1 }],
  });
  await acme.pushes('grace', 'main', { 'access-policies/settings.yaml': null });
  expect(await acme.adopts()).toEqual({ adopted: true });
});

test('a policy that was removed is missed by whoever asks under the next version', async () => {
  const resource = acme.freshResource();
  const policy = `access-policies/resources/${resource}.yaml`;
  const text = await acme.onMain(policy);
  await acme.pushes('grace', 'main', { [policy]: null });
  expect(await acme.adopts()).toEqual({ adopted: true });
  const pull = await acme.asks({ resource });
  expect(await acme.check(pull)).toMatchObject({ annotations: [{ code: 'unknown-resource' }] });
  await acme.pushes('grace', 'main', { [policy]: text });
  expect(await acme.adopts()).toEqual({ adopted: true });
});

test('while policies that nobody accepted stand on the branch grants wait and revocations go on, until they are adopted', async () => {
  const [asked, changed, returned, shortened] = Array.from({ length: 4 }, () => acme.freshResource()) as [
    string,
    string,
    string,
    string,
  ];
  for (const resource of [returned, shortened]) await acme.obtains({ resource });
  const waiting = [await acme.asks({ resource: asked }), await acme.asks({ resource: changed })];
  for (const pull of waiting) await acme.approves('ada', pull);
  await acme.pushes('grace', 'main', {
    [`access-policies/resources/${changed}.yaml`]: resourcePolicy(
      changed,
      acme.target.name(`reader-${asked}`),
    ),
  });
  for (const pull of waiting) await acme.merges('mona', pull);
  await acme.pushes('grace', 'main', {
    [fileOf({ resource: returned })]: null,
    [fileOf({ resource: shortened })]: entries({ resource: shortened, duration: '1h' }),
  });
  expect(await acme.grants('mona', asked)).toEqual([]);
  expect(await acme.grants('mona', returned)).toMatchObject([{ state: 'revoked', endedBecause: 'returned' }]);
  const [short] = await acme.grants('mona', shortened);
  expect((short?.expiresAt ?? 0) - (short?.startsAt ?? 0)).toBe(60 * 60_000);
  const before = (await acme.events()).length;
  await acme.pushes('grace', 'main', { 'README.md': 'one\n' });
  expect((await acme.events()).length).toBe(before);

  expect(await acme.adopts()).toEqual({ adopted: true });
  expect(await acme.grants('mona', asked)).toMatchObject([{ state: 'active' }]);
  // What was approved was another database role.
  expect(await acme.grants('mona', changed)).toEqual([]);
  expect(await acme.onMain(fileOf({ resource: changed }))).toBe('requests: []\n');
});

test('a grant that runs under what a role meant before is not extended as what it means now', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource });
  await acme.pushes('grace', 'main', {
    [`access-policies/resources/${resource}.yaml`]: resourcePolicy(
      resource,
      acme.target.name(`reader-${acme.freshResource()}`),
    ),
  });
  expect(await acme.adopts()).toEqual({ adopted: true });
  const [before] = await acme.grants('mona', resource);
  const extension = await acme.proposes('mona', {
    [fileOf({ resource })]: entries({ resource, duration: '8h' }),
  });
  await acme.approves('ada', extension);
  await acme.merges('mona', extension);
  expect(await acme.grants('mona', resource)).toEqual([before]);
  expect((await acme.told(extension))[0]?.subject).toContain(
    'held by another account or as another entitlement',
  );
});
