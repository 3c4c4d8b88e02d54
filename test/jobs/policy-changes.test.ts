import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourcePolicy } from './acme-access.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 4 });
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

test('one that brings violations is not, however many approve it', async () => {
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
