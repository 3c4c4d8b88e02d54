import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
});
afterAll(() => it.close());

let count = 0;
async function opened() {
  count += 1;
  return it.world
    .person('mona')
    .opensPullRequest({ title: 'x', branch: `b${count}`, files: { [`f${count}`]: 'x' } });
}
const reviewsOf = async (number: number) =>
  (await it.app.pulls.listReviews({ ...repo, pull_number: number })).data;

test('whoever can read may review; the state is as GitHub words it', async () => {
  const { number, head } = await opened();
  await it.world.person('bob').approves(number);
  await it.world.person('lead').reviews(number, 'REQUEST_CHANGES', 'no');
  await it.world.person('nick').reviews(number, 'COMMENT', 'hm');
  await it.app.pulls.createReview({ ...repo, pull_number: number, event: 'APPROVE' });
  expect(await reviewsOf(number)).toMatchObject([
    { user: { login: 'bob' }, state: 'APPROVED', commit_id: head.sha, submitted_at: '2026-11-23T10:00:00Z' },
    { user: { login: 'lead' }, state: 'CHANGES_REQUESTED', body: 'no' },
    { user: { login: 'nick' }, state: 'COMMENTED' },
    { user: { login: 'countersign[bot]', type: 'Bot' }, state: 'APPROVED' },
  ]);
  expect((await it.world.person('eve').approves(number)).status).toBe(404);
});

test.each([
  ['APPROVE', 'Can not approve your own pull request'],
  ['REQUEST_CHANGES', 'Can not request changes on your own pull request'],
] as const)('nobody may %s on their own', async (event, error) => {
  const { number } = await opened();
  expect(await it.world.person('mona').reviews(number, event, 'x')).toEqual({
    status: 422,
    data: {
      message: 'Unprocessable Entity',
      errors: [error],
      documentation_url: 'https://docs.github.com/rest/pulls/reviews#create-a-review-for-a-pull-request',
      status: '422',
    },
  });
  expect((await it.world.person('mona').reviews(number, 'COMMENT', 'x')).status).toBe(200);
});

test('an app can not approve what it opened', async () => {
  await it.world.person('nick').writesFiles('bot', { bot: 'x' });
  const { data } = await it.app.pulls.create({ ...repo, title: 'x', head: 'bot', base: 'main' });
  expect(data.user).toMatchObject({ login: 'countersign[bot]', type: 'Bot' });
  await expect(
    it.app.pulls.createReview({ ...repo, pull_number: data.number, event: 'APPROVE' }),
  ).rejects.toMatchObject({ status: 422 });
});

test('a dismissed review says so, and is not dismissed again', async () => {
  const { number } = await opened();
  const lead = it.world.person('lead');
  const { data } = await lead.approves(number);
  const id = Number(data['id']);
  expect((await it.world.person('bob').dismisses(number, id, 'x')).status).toBe(403);
  expect((await it.world.person('mona').dismisses(number, id, 'x')).data).toMatchObject({
    id,
    state: 'DISMISSED',
  });
  expect(await it.world.person('mona').dismisses(number, id, 'x')).toMatchObject({
    status: 422,
    data: { message: 'Validation Failed', errors: ['Can not dismiss a dismissed pull request review'] },
  });
});

test('a push leaves commit_id alone, a forced push moves it to what nobody has seen', async () => {
  const { number, head } = await opened();
  const mona = it.world.person('mona');
  await it.world.person('lead').approves(number);
  await mona.writesFiles(head.ref, { more: 'x' });
  expect(await reviewsOf(number)).toMatchObject([{ commit_id: head.sha, state: 'APPROVED' }]);
  const { sha } = await mona.writesFiles(head.ref, { other: 'x' }, 'Else', { forceFrom: 'main' });
  expect(await reviewsOf(number)).toMatchObject([{ commit_id: sha, state: 'APPROVED' }]);
});

test('commit_id is null once the commit is gone', async () => {
  const { number, head } = await opened();
  await it.world.person('lead').approves(number);
  await it.world.person('mona').closes(number);
  await it.world.person('mona').request('DELETE', `${path}/git/refs/heads/${head.ref}`);
  for (const kind of ['head', 'merge']) await it.world.git('update-ref', '-d', `refs/pull/${number}/${kind}`);
  await it.world.git('prune', '--expire=now');
  expect(await reviewsOf(number)).toMatchObject([{ commit_id: null }]);
});

test('a review of a commit that is not in the pull request is refused', async () => {
  const { number } = await opened();
  const sha = (await it.world.git('rev-parse', 'main')).trim();
  const body = { event: 'APPROVE', commit_id: sha };
  const { status } = await it.world.person('lead').request('POST', `${path}/pulls/${number}/reviews`, body);
  expect(status).toBe(422);
});
