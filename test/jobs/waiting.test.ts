import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

const resource = 'db-1';
const policy = `access-policies/resources/${resource}.yaml`;
const file = fileOf({ resource });
const day = 24 * 60;

let acme: Acme;
let pull: PullJson;
beforeAll(async () => {
  acme = await openAcme({
    resources: 1,
    adopted: false,
    files: { 'access-policies/settings.yaml': 'pending_for: 1d\napproval_valid_for: 30d\n' },
  });
  await acme.pushes('grace', 'main', {
    [policy]: `${await acme.onMain(policy)}    approvals:\n      - { from: ["@acme/platform"], count: 1 }\n`,
  });
  await acme.adopts();
  pull = await acme.asks({ resource });
});
afterAll(() => acme.close());

/** Whom a review is awaited from, and how often the app asked for one. */
async function asked() {
  const now = await acme.pull(pull.number);
  const names = (list: unknown, name: 'login' | 'slug') =>
    (list as Record<typeof name, string>[]).map((each) => each[name]);
  const { data } = await acme.world
    .person('mona')
    .request<{ event: string; actor?: { login: string } }[]>(
      'GET',
      `/repos/acme/access/issues/${pull.number}/timeline?per_page=100`,
    );
  const byTheApp = data.filter(
    ({ event, actor }) => event === 'review_requested' && actor?.login === 'countersign[bot]',
  );
  return {
    people: names(now['requested_reviewers'], 'login'),
    teams: names(now['requested_teams'], 'slug'),
    times: byTheApp.length,
  };
}

test('whoever can approve is asked once, and again when what they approved has changed', async () => {
  // The code owners were asked by GitHub.
  const first = await asked();
  expect(first).toMatchObject({ people: [], times: 1 });
  expect(first.teams.toSorted()).toEqual(['data-owners', 'platform']);
  await acme.pushes('mona', pull.head.ref, { [file]: `# soon\n${entries({ resource })}` });
  expect(await asked()).toEqual(first);

  for (const who of ['ada', 'petra']) await acme.approves(who, pull);
  expect(await acme.check(pull, 'access/approval')).toMatchObject({ conclusion: 'success' });
  await acme.pushes('mona', pull.head.ref, { [file]: entries({ resource, duration: '5h' }) });
  const again = await asked();
  expect(again.people.toSorted()).toEqual(['ada', 'petra']);
});

test('the check gives every reason with the line of its rule', async () => {
  const { title, text } = await acme.check(pull, 'access/approval');
  expect(title).toBe('Waiting for @acme/data-owners or @acme/platform');
  expect(text).toMatch(/✓ how long \(access-policies\/resources\/db-1.yaml:7 @ [0-9a-f]{7}\)/);
  expect(text).toMatch(
    /… 1 of @acme\/platform: waiting for one of petra, grace\n +… for db-1:reader \(.*:13 @/,
  );
  expect(text).toMatch(/✗ ada approved other content: .*duration `4h` → `5h`/);
});

test('a request that waits is reminded of once, and closed a week later', async () => {
  await acme.later(day + 1);
  const reminder = expect.stringContaining('This request has been open for 1d.');
  expect(await acme.comments(pull)).toEqual([reminder]);
  await acme.later(6 * day);
  expect(await acme.comments(pull)).toEqual([reminder]);
  await acme.later(day + 1);
  expect(await acme.comments(pull)).toEqual([
    reminder,
    expect.stringContaining('Nobody merged this request within 1d and a week after the reminder'),
  ]);
  expect(await acme.pull(pull.number)).toMatchObject({ state: 'closed', merged: false });
});
