import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeowners, resourcePolicy } from './acme-access.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 9 });
});
afterAll(() => acme.close());

const policyOf = (resource: string) => `access-policies/resources/${resource}.yaml`;
const longer = (resource: string) =>
  resourcePolicy(resource, acme.target.name(`reader-${resource}`)).replace(
    'max_duration: 8h',
    'max_duration: 10h',
  );

/** Whether ten hours are allowed now. */
async function allowsTenHours(resource: string): Promise<boolean> {
  const pull = await acme.asks({ resource, duration: '10h' });
  return (await acme.check(pull)).conclusion === 'success';
}

const kinds = async () => (await acme.events()).map(({ kind }) => kind);

test('a change of the policies that their owners approved is in force once it is merged', async () => {
  const resource = acme.freshResource();
  const pull = await acme.proposes('mona', { [policyOf(resource)]: longer(resource) });
  expect(await acme.check(pull)).toMatchObject({
    conclusion: 'success',
    title: '1 control file would change',
  });
  expect(await acme.check(pull, 'access/approval')).toMatchObject({
    status: 'in_progress',
    title: 'Waiting for @acme/data-owners',
  });
  await acme.approves('ada', pull);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ conclusion: 'success' });
  expect(await allowsTenHours(resource)).toBe(false);
  await acme.merges('mona', pull);
  expect((await acme.told(pull))[0]).toMatchObject({
    kind: 'policy-accepted',
    details: { files: [policyOf(resource)] },
  });
  expect(await allowsTenHours(resource)).toBe(true);
});

test('one that is approved as it stood before the last push is not, and grants wait until it is put back', async () => {
  const [resource, other] = [acme.freshResource(), acme.freshResource()];
  const pull = await acme.proposes('mona', { [policyOf(resource)]: longer(resource) });
  await acme.approves('ada', pull);
  await acme.pushes('mona', pull.head.ref, { [policyOf(resource)]: `${longer(resource)}    # a word\n` });
  const before = await acme.onMain(policyOf(resource));
  const merge = await acme.merges('grace', pull);
  expect(merge.status).toBe(200);
  expect((await kinds()).at(-1)).toBe('policy-unaccepted');

  const asked = await acme.asks({ resource: other });
  expect((await acme.check(asked)).summary).toContain('policies that nobody accepted');
  await acme.approves('ada', asked);
  await acme.merges('mona', asked);
  expect(await acme.grants('mona', other)).toEqual([]);
  await acme.pushes('grace', 'main', { [policyOf(resource)]: before });
  expect(await acme.holds('mona', other)).toBe(true);
  expect(await allowsTenHours(resource)).toBe(false);
});

test('nor is one that brings violations, however many approve it', async () => {
  const resource = acme.freshResource();
  const pull = await acme.proposes('mona', { [policyOf(resource)]: 'resource: [\n' });
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'failure' });
  await acme.approves('ada', pull);
  await acme.approves('dora', pull);
  const before = await acme.onMain(policyOf(resource));
  await acme.merges('grace', pull);
  expect((await kinds()).at(-1)).toBe('policy-unaccepted');
  await acme.pushes('grace', 'main', { [policyOf(resource)]: before });
});

test('two approved edits of one file that git put together are neither of them', async () => {
  const resource = acme.freshResource();
  const text = longer(resource);
  const [first, second] = [
    text.replace('description: A database', 'description: Orders'),
    text.replace('default_duration: 1h', 'default_duration: 30m'),
  ];
  const base = await acme.proposes('mona', { [policyOf(resource)]: text });
  await acme.approves('ada', base);
  await acme.merges('mona', base);
  const one = await acme.proposes('mona', { [policyOf(resource)]: first });
  const two = await acme.proposes('mona', { [policyOf(resource)]: second });
  for (const pull of [one, two]) await acme.approves('ada', pull);
  await acme.merges('mona', one);
  expect((await kinds()).at(-1)).toBe('policy-accepted');
  const accepted = await acme.onMain(policyOf(resource));
  expect((await acme.merges('grace', two)).status).toBe(200);
  expect((await kinds()).at(-1)).toBe('policy-unaccepted');
  await acme.pushes('grace', 'main', { [policyOf(resource)]: accepted });
});

test('a CODEOWNERS file in a place that comes first needs the owners of today', async () => {
  const own = codeowners.replaceAll('@acme/data-owners', '@mona');
  const pull = await acme.proposes('mona', { 'docs/CODEOWNERS': own });
  // It would count only if the one in .github were not there.
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ title: 'Waiting for @acme/platform' });
});
