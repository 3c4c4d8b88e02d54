import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, receiver, repo, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeAll(async () => {
  [it, hook] = await Promise.all([stage(), receiver()]);
  it.world.deliverTo(hook.url);
});
afterAll(async () => {
  await it.close();
  hook.close();
});

test('labels are put on, listed and taken off', async () => {
  const mona = it.world.person('mona');
  const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
  const issue = { ...repo, issue_number: number };
  await it.app.issues.addLabels({ ...issue, labels: ['expired', 'urgent'] });
  expect((await it.app.issues.listLabelsOnIssue(issue)).data).toMatchObject([
    { name: 'expired' },
    { name: 'urgent' },
  ]);
  const url = `${path}/issues/${number}/labels/urgent`;
  expect((await it.world.person('bob').request('DELETE', url)).status).toBe(403);
  const { data } = await it.app.issues.removeLabel({ ...issue, name: 'Urgent' });
  expect(data).toMatchObject([{ name: 'expired' }]);
  await expect(it.app.issues.removeLabel({ ...issue, name: 'urgent' })).rejects.toMatchObject({
    status: 404,
  });
  expect((await it.app.issues.listLabelsForRepo(repo)).data).toHaveLength(2);
  await it.world.settled();
  expect(it.world.deliveries().slice(-3)).toMatchObject([
    { action: 'labeled', payload: { label: { name: 'expired' } } },
    { action: 'labeled', payload: { label: { name: 'urgent' } } },
    {
      action: 'unlabeled',
      payload: { label: { name: 'urgent' }, pull_request: { labels: [{ name: 'expired' }] } },
    },
  ]);
});

test('a label is made by those who may write, once', async () => {
  const label = { name: 'Expired', color: 'd73a4a', description: 'its time is up' };
  expect((await it.app.issues.createLabel({ ...repo, ...label, name: 'revoked' })).data).toMatchObject({
    ...label,
    name: 'revoked',
  });
  expect((await it.app.issues.getLabel({ ...repo, name: 'Revoked' })).data.color).toBe('d73a4a');
  await expect(it.app.issues.getLabel({ ...repo, name: 'nope' })).rejects.toMatchObject({ status: 404 });
  const url = `${path}/labels`;
  expect((await it.world.person('mona').request('POST', url, { name: 'REVOKED' })).data).toMatchObject({
    errors: [{ resource: 'Label', field: 'name', code: 'already_exists' }],
  });
  expect((await it.world.person('bob').request('POST', url, label)).status).toBe(403);
  expect((await it.world.person('mona').request('POST', url, { ...label, color: '#fff' })).status).toBe(422);
});
