import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { codeowners, entries, resourcePolicy } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';

const template = (duration: string) =>
  `templates:\n  look: { resource: db-1, role: reader, duration: ${duration} }\n`;

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({
    resources: 11,
    files: {
      '.github/CODEOWNERS': null,
      CODEOWNERS: codeowners,
      'access-policies/templates.yaml': template('1h'),
    },
  });
});
afterAll(() => acme.close());

const empty = 'requests: []\n';
const policyOf = (resource: string) => `access-policies/resources/${resource}.yaml`;
const policy = (resource: string, role = resource) =>
  resourcePolicy(resource, acme.target.name(`reader-${role}`));
const longer = (resource: string) => policy(resource).replace('max_duration: 8h', 'max_duration: 10h');
const kinds = async () => (await acme.events()).map(({ kind }) => kind);

test('has what a request means changed between approval and merge', async () => {
  const [templated, byDefault, entitled, connected, identified, same] = Array.from({ length: 6 }, () =>
    acme.freshResource(),
  ) as [string, string, string, string, string, string];
  const asked = {
    [templated]: 'requests:\n  - user: mona\n    template: look\n    reason: "INC-1: look"\n',
    [byDefault]: entries({ resource: byDefault }).replace('    duration: 4h\n', ''),
    [entitled]: entries({ resource: entitled }),
    [connected]: entries({ resource: connected }),
    [identified]: entries({ resource: identified, user: 'nick' }),
    [same]: entries({ resource: same }),
  };
  const pulls: PullJson[] = [];
  for (const [resource, text] of Object.entries(asked)) {
    const who = resource === identified ? 'nick' : 'mona';
    pulls.push(await acme.proposes(who, { [fileOf({ resource })]: text }));
  }
  const { id } = acme.world.person('nick');
  const change = await acme.proposes('lars', {
    'access-policies/templates.yaml': template('8h'),
    'access-policies/identities.yaml': `${await acme.onMain('access-policies/identities.yaml')}people:
  - { id: ${id}, login: nick, names: { orders-db: "${acme.target.name('lars')}" } }
`,
    [policyOf(byDefault)]: policy(byDefault).replace('default_duration: 1h', 'default_duration: 8h'),
    [policyOf(entitled)]: policy(entitled, same),
    [policyOf(connected)]: policy(connected).replace('orders-db', 'payroll-db'),
  });
  for (const { number } of [...pulls, change]) await acme.world.person('ada').approves(number);
  await acme.settled();
  // The app comes to see the new policies, which their owner approved, together with what was merged under them.
  await acme.whileStopped(async () => {
    for (const { number } of [change, ...pulls])
      expect((await acme.world.person('mona').merges(number)).status).toBe(200);
    acme.clock.advanceTo(acme.clock.now() + 60_000);
  });
  await acme.pushes('grace', 'main', { 'README.md': 'one\n' });
  expect((await acme.told(change))[0]).toMatchObject({ kind: 'policy-accepted' });
  for (const resource of [templated, byDefault, entitled, connected]) {
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
  }
  expect(await acme.grants('nick', identified)).toEqual([]);
  expect([await acme.holds('nick', identified), await acme.holds('lars', identified)]).toEqual([
    false,
    false,
  ]);
  expect(await acme.onMain(fileOf({ resource: identified }))).toBe(empty);
  // Of a connection that another repository is bound to nothing is given, whoever approves it.
  expect(
    (await acme.events()).find(({ details }) => details['file'] === fileOf({ resource: connected })),
  ).toMatchObject({
    kind: 'grant-refused',
    details: { reason: expect.stringContaining('payroll-db') },
  });
  // What means the same as before was approved.
  expect(await acme.holds('mona', same)).toBe(true);
});

test('edits the policy in the pull request that asks', async () => {
  const resource = acme.freshResource();
  const file = fileOf({ resource });
  const pull = await acme.proposes('mona', {
    [policyOf(resource)]: longer(resource),
    [file]: entries({ resource, duration: '10h' }),
  });
  expect((await acme.check(pull)).annotations).toContainEqual({
    file: policyOf(resource),
    line: 1,
    code: 'mixed-change',
  });
  await acme.approves('ada', pull);
  await acme.merges('grace', pull);
  expect((await kinds()).at(-1)).toBe('policy-unaccepted');
  expect(await acme.grants('mona', resource)).toEqual([]);
  await acme.pushes('grace', 'main', { [policyOf(resource)]: policy(resource) });
  expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.onMain(file)).toBe(empty);
});

test('makes themselves owners by a CODEOWNERS file above the one that counts, merged before', async () => {
  const resource = acme.freshResource();
  const shadow = '.github/CODEOWNERS';
  const pull = await acme.proposes('mona', { [shadow]: codeowners.replaceAll('@acme/data-owners', '@nick') });
  await acme.approves('nick', pull);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ title: 'Waiting for @acme/platform' });
  await acme.merges('grace', pull);
  expect((await kinds()).at(-1)).toBe('policy-unaccepted');

  const asked = await acme.asks({ resource });
  await acme.approves('nick', asked);
  expect(await acme.check(asked, 'access/approval')).toMatchObject({
    title: 'Waiting for @acme/data-owners',
  });
  await acme.merges('grace', asked);
  expect(await acme.grants('mona', resource)).toEqual([]);
  await acme.pushes('grace', 'main', { [shadow]: null });
  expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.onMain(fileOf({ resource }))).toBe(empty);
});

test('pushes to a change of the policies after it was approved, and merges it', async () => {
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
});

test('has git put two approved edits of one policy together', async () => {
  const resource = acme.freshResource();
  const text = policy(resource);
  const [first, second] = [
    text.replace('description: A database', 'description: Orders'),
    text.replace('default_duration: 1h', 'default_duration: 30m'),
  ];
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
