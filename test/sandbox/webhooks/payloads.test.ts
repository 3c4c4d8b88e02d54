import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxWebhooks } from '../../github-descriptions/events.ts';
import { webhookMismatches } from '../../github-descriptions/webhook.ts';
import { isExcepted } from '../../github-descriptions/exceptions.ts';
import { checks, mergeQueue, ruled } from '../rulesets.ts';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

// One of each webhook, as people and apps cause them, against GitHub's description and the examples of what it really sent.

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;

beforeAll(async () => {
  hook = await receiver();
  // An app hears of its installation unasked: nobody can subscribe to that.
  const names = sandboxWebhooks.map((name) => name.split('.')[0] ?? '');
  const events = [...new Set(names)].filter((name) => name !== 'installation');
  const permissions = {
    ...seed.app.permissions,
    statuses: 'write',
    administration: 'read',
    merge_queues: 'read',
  } as const;
  it = await stage({ app: { ...seed.app, webhookUrl: hook.url, permissions, events } });
  await pullRequests();
  await people();
  await checkRuns();
  await queue();
  await it.world.settled();
});
afterAll(async () => {
  await it.close();
  hook.close();
});

test.each(sandboxWebhooks)('%s is as GitHub sends it', (name) => {
  const [event, action = null] = name.split('.') as [string, string?];
  const sent = it.world.deliveries().filter((one) => one.event === event && one.action === action);
  expect(sent.length).toBeGreaterThan(0);
  const wrong = sent.flatMap(({ payload }) => webhookMismatches({ event, action, payload }));
  expect(wrong.filter((mismatch) => !isExcepted(mismatch))).toEqual([]);
});

const person = (login: string) => it.world.person(login);

async function ask(login: string, method: string, where: string, body?: unknown) {
  const { status, data } = await person(login).request(method, `${path}${where}`, body);
  if (status >= 400) throw new Error(`${method} ${where}: ${status} ${JSON.stringify(data)}`);
  return data;
}

async function pullRequests() {
  const mona = person('mona');
  const { number } = await mona.opensPullRequest({
    title: 'Ask',
    branch: 'ask',
    files: { 'access-requests.yaml': 'a: 1\n' },
  });
  await ask('mona', 'PATCH', `/pulls/${number}`, { title: 'Ask kindly' });
  await mona.writesFiles('ask', { 'README.md': 'four\n' });
  await ask('mona', 'POST', `/pulls/${number}/requested_reviewers`, { reviewers: ['nick'] });
  await ask('mona', 'DELETE', `/pulls/${number}/requested_reviewers`, { reviewers: ['nick'] });
  await ask('mona', 'POST', `/issues/${number}/labels`, { labels: ['urgent'] });
  await ask('mona', 'DELETE', `/issues/${number}/labels/urgent`);
  const { id: comment } = await ask('mona', 'POST', `/issues/${number}/comments`, { body: 'Please' });
  await ask('mona', 'PATCH', `/issues/comments/${String(comment)}`, { body: 'Thanks' });
  await ask('mona', 'DELETE', `/issues/comments/${String(comment)}`);
  const { data: review } = await person('lead').approves(number);
  await person('boss').dismisses(number, Number(review['id']), 'Not yet');
  await mona.convertsToDraft(number);
  await mona.marksReady(number);
  await mona.closes(number);
  await ask('mona', 'PATCH', `/pulls/${number}`, { state: 'open' });
  await mona.merges(number);
}

async function people() {
  await it.world.people.invite('eve', { teams: ['engineering'] });
  await it.world.people.accept('eve');
  await it.world.people.leaveTeam('nick', 'engineering');
  await it.world.people.leave('bob');
  await person('nick').forks();
}

async function checkRuns() {
  const { data: branch } = await it.app.repos.getBranch({ ...repo, branch: 'main' });
  const actions = [{ label: 'Again', description: 'Once more', identifier: 'again' }];
  const run = { ...repo, name: 'access/policy', head_sha: branch.commit.sha };
  const { data } = await it.app.checks.create({ ...run, status: 'in_progress' });
  const output = { title: 'Fine', summary: 'All of it' };
  await it.app.checks.update({ ...repo, check_run_id: data.id, conclusion: 'success', output, actions });
  await person('mona').clicks(data.id, 'again');
  await it.app.checks.rerequestRun({ ...repo, check_run_id: data.id });
  await it.app.checks.rerequestSuite({ ...repo, check_suite_id: data.check_suite?.id ?? 0 });
  await ask('mona', 'POST', `/statuses/${branch.commit.sha}`, { state: 'success', context: 'ci' });
}

async function queue() {
  await ask('boss', 'PATCH', '', { allow_auto_merge: true });
  const id = await ruled(it, [mergeQueue(), checks({ required_status_checks: [{ context: 'ci' }] })]);
  await ask('boss', 'PUT', `/rulesets/${id}`, { name: 'trunk' });
  const mona = person('mona');
  const { number, head } = await mona.opensPullRequest({
    title: 'Queue',
    branch: 'queue',
    files: { q: 'q\n' },
  });
  await mona.enablesAutoMerge(number);
  await mona.disablesAutoMerge(number);
  await ask('mona', 'POST', `/statuses/${head.sha}`, { state: 'success', context: 'ci' });
  await mona.enqueues(number);
  await mona.dequeues(number);
  await ask('boss', 'DELETE', `/rulesets/${id}`);
}
