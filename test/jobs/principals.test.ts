import { afterAll, beforeAll, expect, test } from 'vitest';
import { resourcePolicy } from './acme-access.ts';
import { openAcme, type Acme } from './acme.ts';

let acme: Acme;
const [forTeam, forJob, automatic] = ['db-1', 'db-2', 'db-3'] as const;
beforeAll(async () => {
  acme = await openAcme({ resources: 3 });
  const name = (role: string) => acme.target.name(role);
  const policy = (resource: string, rule: string) => ({
    [`access-policies/resources/${resource}.yaml`]: `${resourcePolicy(resource, name(`reader-${resource}`))}    ${rule}\n`,
  });
  await acme.world.person('grace').writesFiles('main', {
    'access-policies/settings.yaml': 'merge: when_approved\n',
    'access-policies/identities.yaml': `default: { orders-db: "${name('{login}')}" }
service_accounts:
  - { name: nightly, owner: "@acme/data-owners", names: { orders-db: ${name('nick')} } }
`,
    ...policy(forTeam, 'principals: ["@acme/on-call"]'),
    ...policy(forJob, 'principals: ["service_account:nightly"]'),
    ...policy(automatic, `auto_approve: "'acme/on-call' in requester.teams"`),
  });
  await acme.adopts();
});
afterAll(() => acme.close());

test('a team is given access by a grant for each of its members, and who leaves it loses theirs', async () => {
  const pull = await acme.asks({ team: 'on-call', resource: forTeam });
  await acme.approves('ada', pull);
  expect(await acme.pull(pull.number)).toMatchObject({
    merged: true,
    merged_by: { login: 'countersign[bot]' },
  });
  const holders = async () =>
    (await acme.grants('team:on-call', forTeam))
      .map(({ holder, state }) => `${holder.name} ${state}`)
      .toSorted();
  expect(await holders()).toEqual(['lars active', 'mona active']);
  expect([await acme.holds('mona', forTeam), await acme.holds('lars', forTeam)]).toEqual([true, true]);
  await acme.world.people.leaveTeam('lars', 'on-call');
  await acme.settled();
  expect([await acme.holds('mona', forTeam), await acme.holds('lars', forTeam)]).toEqual([true, false]);
  expect(await holders()).toEqual(['lars revoked', 'mona active']);
});

test('a service account is given access under the name that the target knows it by', async () => {
  const pull = await acme.asks({ serviceAccount: 'nightly', resource: forJob });
  expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
  await acme.approves('ada', pull);
  expect(await acme.grants('service_account:nightly', forJob)).toMatchObject([{ state: 'active' }]);
  expect(await acme.holds('nick', forJob)).toBe(true);
});

test('what is approved automatically is merged and granted at once', async () => {
  const pull = await acme.asks({ resource: automatic });
  expect(await acme.pull(pull.number)).toMatchObject({
    merged: true,
    merged_by: { login: 'countersign[bot]' },
  });
  expect(await acme.holds('mona', automatic)).toBe(true);
});
