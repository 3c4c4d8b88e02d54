import { afterEach, beforeEach, expect, test } from 'vitest';
import { path, repo, stage, type Stage } from '../world.ts';

let it: Stage;
beforeEach(async () => {
  it = await stage();
});
afterEach(() => it.close());

async function timeline(number: number) {
  const { data } = await it.app.issues.listEventsForTimeline({
    ...repo,
    issue_number: number,
    per_page: 100,
  });
  return data as unknown as (Record<string, unknown> & { event: string })[];
}

test('tells what happened to a pull request, in order', async () => {
  const [mona, lead] = [it.world.person('mona'), it.world.person('lead')];
  const { number } = await mona.opensPullRequest({ title: 'Ask', branch: 'ask', files: { x: 'x' } });
  await it.app.issues.addLabels({ ...repo, issue_number: number, labels: ['urgent'] });
  await mona.request('POST', `${path}/pulls/${number}/requested_reviewers`, { reviewers: ['lead'] });
  await mona.request('PATCH', `${path}/pulls/${number}`, { title: 'Asked' });
  await lead.comments(number, 'why?');
  await mona.closes(number);
  await mona.request('PATCH', `${path}/pulls/${number}`, { state: 'open' });
  await lead.approves(number);
  await lead.merges(number);
  expect(await timeline(number)).toMatchObject([
    { event: 'committed', message: 'Ask' },
    { event: 'labeled', label: { name: 'urgent' }, actor: { type: 'Bot' } },
    { event: 'review_requested', requested_reviewer: { login: 'lead' }, review_requester: { login: 'mona' } },
    { event: 'renamed', rename: { from: 'Ask', to: 'Asked' } },
    { event: 'commented', body: 'why?', actor: { login: 'lead' } },
    { event: 'closed', actor: { login: 'mona' }, commit_id: null },
    { event: 'reopened' },
    { event: 'reviewed', state: 'approved', user: { login: 'lead' } },
    { event: 'merged', actor: { login: 'lead' }, commit_id: expect.stringMatching(/^[0-9a-f]{40}$/) },
    { event: 'closed', actor: { login: 'lead' } },
  ]);
});

test('tells of a push by force, and of no other', async () => {
  const mona = it.world.person('mona');
  const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
  await mona.writesFiles('ask', { y: 'y' });
  const { sha } = await mona.writesFiles('ask', { z: 'z' }, 'Again', { forceFrom: 'main' });
  expect(await timeline(number)).toMatchObject([
    { event: 'committed', sha },
    { event: 'head_ref_force_pushed', commit_id: sha, actor: { login: 'mona' } },
  ]);
});
