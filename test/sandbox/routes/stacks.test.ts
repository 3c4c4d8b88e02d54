import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pullRequest, ruled } from '../rulesets.ts';
import { path, receiver, repo, stage, type Stage } from '../world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
let bottom: number;
let middle: number;
let top: number;
beforeEach(async () => {
  [it, hook] = await Promise.all([stage(), receiver()]);
  bottom = await opened('one', 'main', { notes: 'first\n' });
  middle = await opened('two', 'one', { notes: 'first\nsecond\n' });
  top = await opened('three', 'two', { notes: 'first\nsecond\nthird\n' });
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

const mona = () => it.world.person('mona');
async function opened(branch: string, base: string, files: Record<string, string>): Promise<number> {
  await mona().writesFiles(branch, files, branch, { from: base });
  return (await mona().opensPullRequest({ title: branch, branch, base })).number;
}
const pullJson = async (number: number) => (await it.app.pulls.get({ ...repo, pull_number: number })).data;
const git = async (...args: string[]) => (await it.world.git(...args)).trim();
async function sent() {
  await it.world.settled();
  return it.world.deliveries();
}
const stack = (pulls: number[]) => mona().request('POST', `${path}/stacks`, { pull_requests: pulls });

describe('a pull request on top of another', () => {
  test.each([
    ['where the repository deletes merged branches', true],
    ['where somebody clicks the branch away', false],
  ])('goes to the base of the one below once that is merged and gone, %s', async (_where, automatic) => {
    const settings = { delete_branch_on_merge: automatic };
    await it.world.person('boss').request('PATCH', path, settings);
    await mona().merges(bottom);
    if (!automatic) await mona().deletesBranch(bottom);
    expect(await pullJson(middle)).toMatchObject({
      state: 'open',
      base: { ref: 'main', sha: await git('rev-parse', 'main') },
    });
    expect(await git('for-each-ref', 'refs/heads/one')).toBe('');
    const edited = (await sent()).find(({ action }) => action === 'edited');
    expect(edited?.payload).toMatchObject({ number: middle, changes: { base: { ref: { from: 'one' } } } });
    const { data } = await it.app.issues.listEventsForTimeline({ ...repo, issue_number: middle });
    expect(data.map(({ event }) => event)).toContain('automatic_base_change_succeeded');
    expect((await it.app.pulls.listFiles({ ...repo, pull_number: middle })).data).toHaveLength(1);
  });

  test('is closed where its base is deleted before that is merged', async () => {
    await it.app.git.deleteRef({ ...repo, ref: 'heads/one' });
    expect((await pullJson(middle)).state).toBe('closed');
  });
});

describe('a stack', () => {
  test.each(['merge', 'squash', 'rebase'] as const)('lands in one push by %s', async (method) => {
    const before = await git('rev-parse', 'main');
    const { status, data } = await mona().landsStack([bottom, middle, top], { method });
    const after = await git('rev-parse', 'main');
    expect({ status, data }).toEqual({
      status: 200,
      data: { status: 'merged', details: { message: 'Pull request was merged.', sha: after } },
    });
    const pulls = await Promise.all([bottom, middle, top].map(pullJson));
    expect(pulls.map(({ merged, base }) => [merged, base.ref])).toEqual(
      Array.from({ length: 3 }, () => [true, 'main']),
    );
    const line = (await git('rev-list', '--first-parent', '--reverse', `${before}..main`)).split('\n');
    expect(pulls.map(({ merge_commit_sha: sha }) => sha)).toEqual(line);
    expect(await git('show', 'main:notes')).toBe('first\nsecond\nthird');
    expect(await git('show', `${line[0]}:notes`)).toBe('first');
    const pushes = (await sent()).filter(
      ({ event, payload }) => event === 'push' && payload['ref'] === 'refs/heads/main',
    );
    expect(pushes).toHaveLength(1);
  });

  test('lands up to the one that is asked for; the next is for the base then', async () => {
    await stack([bottom, middle, top]);
    const url = `${path}/pulls/${middle}/merge-async`;
    const { status, data } = await mona().request('PUT', url, { merge_method: 'squash' });
    expect({ status, data }).toMatchObject({
      status: 202,
      data: { status: 'pending', details: { merge_method: 'squash', merge_action: 'default' } },
    });
    expect(await pullJson(top)).toMatchObject({
      state: 'open',
      base: { ref: 'main' },
      stack: { number: 1, size: 3, position: 3, base: { ref: 'main' } },
    });
    expect((await mona().request('PUT', url)).status).toBe(200);
    expect(await git('show', 'main:notes')).toBe('first\nsecond');
  });

  test('lands whole or not at all, and lets nobody by', async () => {
    const admins = { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' };
    const rules = [pullRequest({ required_approving_review_count: 1 })];
    await ruled(it, rules, { bypass_actors: [admins] });
    const boss = it.world.person('boss');
    await it.world.person('lead').approves(bottom);
    const before = await git('rev-parse', 'main');
    expect((await boss.landsStack([bottom, middle])).data).toEqual({
      status: 'failed',
      details: {
        message: `Pull request #${middle}: At least 1 approving review is required by reviewers with write access.`,
      },
    });
    expect(await git('rev-parse', 'main')).toBe(before);
    expect([(await pullJson(bottom)).state, (await pullJson(middle)).base.ref]).toEqual(['open', 'one']);
    await it.world.person('lead').approves(middle);
    const { data } = await boss.request('PUT', `${path}/pulls/${middle}/merge-async`);
    expect(data['status']).toBe('pending');
    expect((await pullJson(middle)).merged).toBe(true);
  });

  test('is neither merged, nor retargeted, one by one', async () => {
    await stack([bottom, middle]);
    expect(await mona().merges(bottom)).toMatchObject({
      status: 403,
      data: { message: expect.stringContaining('asynchronous merge REST API') },
    });
    expect((await mona().request('PATCH', `${path}/pulls/${middle}`, { base: 'main' })).status).toBe(422);
  });

  test('is listed, grows and is taken apart', async () => {
    expect((await stack([bottom, top])).status).toBe(422);
    const made = await stack([bottom, middle]);
    expect(made).toMatchObject({
      status: 201,
      data: {
        number: 1,
        base: { ref: 'main' },
        open: true,
        pull_requests: [{ number: bottom }, { number: middle }],
      },
    });
    expect((await stack([middle, top])).status).toBe(422);
    const added = await mona().request('POST', `${path}/stacks/1/add`, { pull_requests: [top] });
    expect(added.data).toMatchObject({ pull_requests: [{}, {}, { number: top, title: 'three' }] });
    expect((await mona().request('GET', `${path}/stacks?pull_request=${top}`)).data).toMatchObject([
      { number: 1, pull_requests: [{}, {}, { head: { ref: 'three' } }] },
    ]);
    expect((await it.world.person('bob').request('POST', `${path}/stacks/1/unstack`)).status).toBe(403);
    expect((await mona().request('POST', `${path}/stacks/1/unstack`)).status).toBe(204);
    expect((await mona().request('GET', `${path}/stacks/1`)).status).toBe(404);
    expect(await pullJson(bottom)).not.toHaveProperty('stack');
  });

  test.each([
    ['a draft', () => mona().convertsToDraft(top)],
    ['a closed one', () => mona().closes(top)],
  ])('%s is refused at once', async (_what, spoil) => {
    await spoil();
    const { status, data } = await mona().request('PUT', `${path}/pulls/${top}/merge-async`);
    expect([status, data['status']]).toEqual([400, 'failed']);
  });
});
