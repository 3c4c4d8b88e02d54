import { afterAll, beforeAll, expect, test } from 'vitest';
import { appWithoutChecks, path, receiver, repo, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeAll(async () => {
  [it, hook] = await Promise.all([stage({ app: appWithoutChecks }), receiver()]);
  await it.world.person('mona').opensPullRequest({ title: 'x', branch: 'b', files: { x: 'x' } });
  it.world.deliverTo(hook.url);
});
afterAll(async () => {
  await it.close();
  hook.close();
});

test('a pull request is reacted to, once by each in each way, and no webhook tells', async () => {
  const issue = { ...repo, issue_number: 1 };
  const { data, status } = await it.app.reactions.createForIssue({ ...issue, content: 'eyes' });
  expect(data).toMatchObject({ content: 'eyes', user: { login: 'countersign[bot]' } });
  const again = await it.app.reactions.createForIssue({ ...issue, content: 'eyes' });
  expect([status, again.status, again.data.id]).toEqual([201, 200, data.id]);
  const url = `${path}/issues/1/reactions`;
  await it.world.person('bob').request('POST', url, { content: 'heart' });
  expect((await it.app.reactions.listForIssue(issue)).data).toHaveLength(2);
  const { data: hearts } = await it.app.reactions.listForIssue({ ...issue, content: 'heart' });
  expect(hearts).toMatchObject([{ user: { login: 'bob' } }]);
  expect((await it.world.person('bob').request('DELETE', `${url}/${data.id}`)).status).toBe(403);
  await it.app.reactions.deleteForIssue({ ...issue, reaction_id: data.id });
  expect((await it.app.reactions.listForIssue(issue)).data).toMatchObject([{ content: 'heart' }]);
  await it.world.settled();
  expect(it.world.deliveries()).toEqual([]);
});

test('a comment counts what it got', async () => {
  const { data: comment } = await it.app.issues.createComment({ ...repo, issue_number: 1, body: 'granted' });
  const place = { ...repo, comment_id: comment.id };
  await it.app.reactions.createForIssueComment({ ...place, content: '+1' });
  await it.world
    .person('mona')
    .request('POST', `${path}/issues/comments/${comment.id}/reactions`, { content: '+1' });
  const { data } = await it.app.issues.getComment(place);
  expect(data.reactions).toMatchObject({ total_count: 2, '+1': 2, rocket: 0 });
  const { data: listed } = await it.app.reactions.listForIssueComment(place);
  const reaction_id = listed[0]?.id ?? 0;
  expect((await it.app.reactions.deleteForIssueComment({ ...place, reaction_id })).status).toBe(204);
  await expect(it.app.reactions.deleteForIssueComment({ ...place, reaction_id })).rejects.toMatchObject({
    status: 404,
  });
});

test('what is no reaction is refused, and so is a comment that is not there', async () => {
  const mona = it.world.person('mona');
  const post = (place: string, content: string) =>
    mona.request('POST', `${path}/issues/${place}/reactions`, { content });
  expect((await post('1', 'thumbs')).status).toBe(422);
  expect((await post('comments/7', 'eyes')).status).toBe(404);
  expect((await post('99', 'eyes')).status).toBe(404);
});
