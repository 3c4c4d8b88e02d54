import { expect, test } from 'vitest';
import { repo, REQUESTS, seed, stage } from '../world.ts';

// docs.github.com/repositories, "About code owners"

/** Whom GitHub asks for a review of a change to the requests file, with these files on the base branch. */
async function asked(
  files: Record<string, string>,
  { head = {}, draft = false }: { head?: Record<string, string>; draft?: boolean } = {},
): Promise<string[]> {
  const it = await stage({
    teams: {
      ...seed.teams,
      hidden: { privacy: 'secret', permission: 'push' },
      readers: { permission: 'pull' },
    },
    repository: { ...seed.repository, files: { [REQUESTS]: 'requests: []\n', ...files } },
  });
  const { number } = await it.world.person('mona').opensPullRequest({
    title: 'Ask',
    branch: 'ask',
    files: { [REQUESTS]: 'requests: [one]\n', ...head },
    draft,
  });
  const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
  await it.close();
  return [
    ...(data.requested_reviewers ?? []).map(({ login }) => login),
    ...(data.requested_teams ?? []).map(({ slug }) => slug),
  ];
}

test.each([
  [
    '.github/ comes before the root and docs/',
    { '.github/CODEOWNERS': '* @nick', CODEOWNERS: '* @lead' },
    ['nick'],
  ],
  ['the root comes before docs/', { CODEOWNERS: '* @lead', 'docs/CODEOWNERS': '* @nick' }, ['lead']],
  ['docs/ is a place too', { 'docs/CODEOWNERS': '* @nick' }, ['nick']],
  ['the last line that matches counts', { CODEOWNERS: '* @nick\n*.yaml @lead\n' }, ['lead']],
  ['an empty list of owners clears', { CODEOWNERS: '* @nick\n*.yaml\n' }, []],
  ['paths are case-sensitive', { CODEOWNERS: '/Access-Requests.yaml @nick\n' }, []],
  ['what follows # is a comment', { CODEOWNERS: '*.yaml @nick # not @lead\n' }, ['nick']],
  [
    'a line that is no line is skipped',
    { CODEOWNERS: '* @nick\n!*.yaml @lead\n[a-z].yaml @lead\n' },
    ['nick'],
  ],
  ['an owner without write access is none', { CODEOWNERS: '* @bob @eve @acme/readers @nick\n' }, ['nick']],
  ['a secret team is none', { CODEOWNERS: '* @acme/hidden @acme/data-owners\n' }, ['data-owners']],
  ['nobody owns anything by a file of 3 MB', { CODEOWNERS: `* @nick\n${'#'.repeat(3 * 1024 * 1024)}\n` }, []],
])('%s', async (_, files: Record<string, string>, owners) => {
  expect(await asked(files)).toEqual(owners);
});

test("the base branch's file counts, not the head's", async () => {
  expect(await asked({ CODEOWNERS: '* @lead\n' }, { head: { CODEOWNERS: '* @nick\n' } })).toEqual(['lead']);
});

test('a draft asks nobody', async () => {
  expect(await asked({ CODEOWNERS: '* @lead\n' }, { draft: true })).toEqual([]);
});
