import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage();
  await it.world.person('mona').opensPullRequest({ title: 'x', branch: 'b', files: { x: 'x' } });
});
afterAll(() => it.close());

const place = { ...repo, issue_number: 1 };

test('comments are written, edited and deleted by who wrote them', async () => {
  const { data } = await it.app.issues.createComment({ ...place, body: 'granted' });
  expect(data).toMatchObject({
    user: { login: 'countersign[bot]' },
    performed_via_github_app: { slug: 'countersign' },
    created_at: '2026-11-23T10:00:00Z',
  });
  const { status } = await it.world.person('bob').comments(1, 'hm');
  expect(status).toBe(201);
  const { data: listed } = await it.app.issues.listComments(place);
  expect(listed.map(({ body }) => body)).toEqual(['granted', 'hm']);
  const comment_id = data.id;
  expect((await it.app.issues.updateComment({ ...repo, comment_id, body: 'ended' })).data.body).toBe('ended');
  const url = `${path}/issues/comments/${comment_id}`;
  expect((await it.world.person('bob').request('PATCH', url, { body: 'x' })).status).toBe(403);
  expect((await it.world.person('mona').request('PATCH', url, { body: 'x' })).status).toBe(200);
  await expect(
    it.app.issues.updateComment({ ...repo, comment_id: listed[1]?.id ?? 0, body: 'x' }),
  ).rejects.toMatchObject({ status: 403 });
  await it.app.issues.deleteComment({ ...repo, comment_id });
  await expect(it.app.issues.getComment({ ...repo, comment_id })).rejects.toMatchObject({ status: 404 });
});

test.each(['', ' '.repeat(3), 'x'.repeat(65_537)])(
  'a comment without words, or too many, is refused',
  async (body) => {
    await expect(it.app.issues.createComment({ ...place, body })).rejects.toMatchObject({ status: 422 });
  },
);

test('labels are made as they are used', async () => {
  const { data } = await it.app.issues.addLabels({ ...place, labels: ['access', 'urgent'] });
  expect(data.map(({ name }) => name)).toEqual(['access', 'urgent']);
  const { data: pull } = await it.app.pulls.get({ ...repo, pull_number: 1 });
  expect(pull.labels.map(({ name }) => name)).toEqual(['access', 'urgent']);
  expect(
    (await it.world.person('bob').request('POST', `${path}/issues/1/labels`, { labels: ['x'] })).status,
  ).toBe(403);
});
