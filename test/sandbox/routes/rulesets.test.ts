import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pullRequest, review, ruled, type Json } from '../rulesets.ts';
import { path, receiver, repo, seed, stage, type Stage } from '../world.ts';

let it: Stage;
beforeEach(async () => {
  it = await stage({
    app: { ...seed.app, permissions: { ...seed.app.permissions, administration: 'read' } },
  });
});
afterEach(() => it.close());

const boss = () => it.world.person('boss');
const mona = () => it.world.person('mona');

describe('rulesets as objects', () => {
  test('are made, listed, changed and deleted', async () => {
    const id = await ruled(it, [pullRequest()]);
    const { data: listed } = await it.app.repos.getRepoRulesets(repo);
    expect(listed).toMatchObject([{ id, name: 'main', enforcement: 'active', source: 'acme/access' }]);
    expect(listed[0]).not.toHaveProperty('rules');
    await boss().request('PUT', `${path}/rulesets/${id}`, { enforcement: 'disabled' });
    const { data } = await it.app.repos.getRepoRuleset({ ...repo, ruleset_id: id });
    expect(data).toMatchObject({
      enforcement: 'disabled',
      conditions: { ref_name: { include: ['~DEFAULT_BRANCH'] } },
      rules: [{ type: 'pull_request', parameters: review }],
    });
    expect((await boss().request('DELETE', `${path}/rulesets/${id}`)).status).toBe(204);
    expect((await it.app.repos.getRepoRulesets(repo)).data).toEqual([]);
  });

  test('are for administrators to write, and show who may bypass to them alone', async () => {
    const bypass_actors = [
      { actor_id: it.world.app.id, actor_type: 'Integration', bypass_mode: 'always' },
      { actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'pull_request' },
    ];
    const id = await ruled(it, [], { bypass_actors });
    const url = `${path}/rulesets/${id}`;
    expect((await mona().request('PUT', url, { enforcement: 'disabled' })).status).toBe(404);
    expect((await boss().request('GET', url)).data).toMatchObject({
      bypass_actors,
      current_user_can_bypass: 'pull_requests_only',
    });
    const seen = (await mona().request('GET', url)).data;
    expect(seen).toMatchObject({ current_user_can_bypass: 'never' });
    expect(seen).not.toHaveProperty('bypass_actors');
    const { data } = await it.app.repos.getRepoRuleset({ ...repo, ruleset_id: id });
    expect(data.current_user_can_bypass).toBe('always');
    expect(data).not.toHaveProperty('bypass_actors');
    await expect(it.app.repos.deleteRepoRuleset({ ...repo, ruleset_id: id })).rejects.toMatchObject({
      status: 403,
    });
  });

  test.each([
    ['a rule that is not enforced here', { rules: [{ type: 'max_file_size' }] }],
    ['a rule given twice', { rules: [{ type: 'deletion' }, { type: 'deletion' }] }],
    ['parameters that lack one', { rules: [{ type: 'pull_request', parameters: {} }] }],
    ['no name', { name: undefined }],
  ])('are refused with %s', async (_, change) => {
    const body = { name: 'x', enforcement: 'active', ...change };
    expect((await boss().request('POST', `${path}/rulesets`, body)).status).toBe(422);
  });

  test('show the rules that hold for a branch', async () => {
    const include = ['refs/heads/release/**/*', 'refs/heads/main'];
    const conditions = { ref_name: { include, exclude: ['refs/heads/release/old/*'] } };
    const id = await ruled(it, [{ type: 'deletion' }], { conditions });
    await ruled(it, [{ type: 'creation' }], { name: 'off', enforcement: 'disabled' });
    const rules = async (branch: string) =>
      (await it.app.repos.getBranchRules({ ...repo, branch })).data.map(({ type }) => type);
    expect(await rules('main')).toEqual(['deletion']);
    expect(await rules('release/1.0')).toEqual(['deletion']);
    expect(await rules('release/new/1.0')).toEqual(['deletion']);
    expect(await rules('release/old/1.0')).toEqual([]);
    expect(await rules('other')).toEqual([]);
    const { data } = await it.app.repos.getBranchRules({ ...repo, branch: 'main' });
    expect(data[0]).toMatchObject({
      ruleset_id: id,
      ruleset_source: 'acme/access',
      ruleset_source_type: 'Repository',
    });
  });

  test('are told when they change', async () => {
    const hook = await receiver();
    const watcher = await it.world.installApp({
      slug: 'watcher',
      permissions: { administration: 'read' },
      events: ['repository_ruleset'],
      webhookUrl: hook.url,
    });
    const id = await ruled(it, [pullRequest(), { type: 'deletion' }]);
    const rules = [pullRequest({ required_approving_review_count: 1 })];
    await boss().request('PUT', `${path}/rulesets/${id}`, { name: 'renamed', rules });
    await boss().request('DELETE', `${path}/rulesets/${id}`);
    await it.world.settled();
    hook.close();
    expect(watcher.slug).toBe('watcher');
    const [created, edited, deleted] = hook.received.map(({ body }) => JSON.parse(body) as Json);
    expect([created, edited, deleted]).toMatchObject([
      { action: 'created', repository_ruleset: { id }, sender: { login: 'boss' } },
      {
        action: 'edited',
        changes: {
          name: { from: 'main' },
          rules: {
            added: [],
            deleted: [{ type: 'deletion' }],
            updated: [{ changes: { configuration: { from: JSON.stringify(review) } } }],
          },
        },
      },
      { action: 'deleted', repository_ruleset: { id } },
    ]);
  });
});
