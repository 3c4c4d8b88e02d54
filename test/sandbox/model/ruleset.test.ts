import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workplace } from '../git-client.ts';
import { checks, pullRequest, ruled, type Json } from '../rulesets.ts';
import { path, repo, REQUESTS, seed, stage, type Stage } from '../world.ts';

let it: Stage;
beforeEach(async () => {
  it = await stage({
    app: { ...seed.app, permissions: { ...seed.app.permissions, administration: 'read' } },
  });
});
afterEach(() => it.close());

const boss = () => it.world.person('boss');
const mona = () => it.world.person('mona');
const ask = () =>
  mona().opensPullRequest({ title: 'x', branch: 'ask', files: { [REQUESTS]: 'requests: [x]\n' } });
const refusal = (...reasons: string[]) => `Repository rule violations found\n\n${reasons.join('\n')}\n\n`;

describe('a push under a ruleset', () => {
  test.each([
    ['pull_request', [pullRequest()], 'Changes must be made through a pull request.'],
    ['update', [{ type: 'update' }], 'Cannot update this protected ref.'],
    ['signatures', [{ type: 'required_signatures' }], 'Commits must have verified signatures.'],
    [
      'checks',
      [checks({ required_status_checks: [{ context: 'ci' }] })],
      'Required status check "ci" is expected.',
    ],
  ])('is refused by %s', async (_, rules, reason) => {
    await ruled(it, rules);
    await expect(mona().writesFiles('main', { x: 'x' })).rejects.toThrow(refusal(reason));
    const put = { message: 'x', content: 'eA==' };
    const byApi = await mona().request('PUT', `${path}/contents/x`, put);
    const signed = rules[0]?.type === 'required_signatures';
    expect(byApi.status).toBe(signed ? 201 : 409);
  });

  test('is refused by force, by deletion, by creation', async () => {
    const ref = (name: string) => `${path}/git/refs/heads/${name}`;
    const sha = (await it.world.git('rev-parse', 'main')).trim();
    await mona().writesFiles('kept', { x: 'x' });
    const rules = [{ type: 'non_fast_forward' }, { type: 'deletion' }, { type: 'creation' }];
    await ruled(it, rules, { conditions: { ref_name: { include: ['refs/heads/k*'], exclude: [] } } });
    const message = async (answer: Promise<{ data: Json }>) => (await answer).data['message'];
    expect(await message(boss().request('PATCH', ref('kept'), { sha, force: true }))).toBe(
      refusal('Cannot force-push to this branch'),
    );
    expect(await message(boss().request('DELETE', ref('kept')))).toBe(refusal('Cannot delete this branch'));
    expect(await message(boss().request('POST', `${path}/git/refs`, { ref: 'refs/heads/k2', sha }))).toBe(
      refusal('Cannot create ref due to creations being restricted.'),
    );
    expect((await boss().request('POST', `${path}/git/refs`, { ref: 'refs/heads/j', sha })).status).toBe(201);
  });

  test("answers git in GitHub's words, and those let by hear what they passed", async () => {
    const bypass_actors = [{ actor_id: 5, actor_type: 'RepositoryRole', bypass_mode: 'always' }];
    await ruled(it, [pullRequest()], { bypass_actors });
    const work = await workplace();
    const address = (login: string) =>
      `${it.url}/acme/access.git`.replace('//', `//x:${it.world.person(login).token}@`);
    try {
      await work.git('clone', '--quiet', address('mona'), 'work');
      await work.commit({ x: 'x' });
      const lines = (err: string) => err.split('\n').map((line) => line.trim());
      const refused = await work.git('push', 'origin', 'main');
      expect(lines(refused.err)).toEqual(
        expect.arrayContaining([
          'remote: error: GH013: Repository rule violations found for refs/heads/main.',
          `remote: Review all repository rules at ${it.url}/acme/access/rules?ref=refs%2Fheads%2Fmain`,
          'remote: - Changes must be made through a pull request.',
          '! [remote rejected] main -> main (push declined due to repository rule violations)',
        ]),
      );
      const passed = await work.git('push', address('boss'), 'main');
      expect(passed.code).toBe(0);
      expect(lines(passed.err)).toEqual(
        expect.arrayContaining([
          'remote: Bypassed rule violations for refs/heads/main:',
          'remote: - Changes must be made through a pull request.',
        ]),
      );
    } finally {
      await work.remove();
    }
  });

  test('to a tag meets the rulesets for tags', async () => {
    const conditions = { ref_name: { include: ['~ALL'], exclude: [] } };
    await ruled(it, [{ type: 'creation' }], { target: 'tag', conditions });
    const sha = (await it.world.git('rev-parse', 'main')).trim();
    const make = (ref: string) => mona().request('POST', `${path}/git/refs`, { ref, sha });
    expect((await make('refs/tags/v1')).status).toBe(422);
    expect((await make('refs/heads/v1')).status).toBe(201);
  });

  test('by update-branch meets the rules of the head', async () => {
    const { number } = await ask();
    await mona().writesFiles('main', { y: 'y' });
    const conditions = { ref_name: { include: ['refs/heads/ask'], exclude: [] } };
    await ruled(it, [{ type: 'update' }], { conditions });
    const answer = await mona().request('PUT', `${path}/pulls/${number}/update-branch`);
    expect(answer).toMatchObject({
      status: 422,
      data: { message: refusal('Cannot update this protected ref.') },
    });
  });
});

describe('a merge under a ruleset', () => {
  const message = async (number: number, login = 'mona') =>
    (await it.world.person(login).merges(number)).data['message'];

  test('waits for approvals, code owners and the checks of the right app', async () => {
    await ruled(it, [
      pullRequest({ required_approving_review_count: 1, require_code_owner_review: true }),
      checks({ required_status_checks: [{ context: 'access/policy', integration_id: it.world.app.id }] }),
    ]);
    const { number, head } = await ask();
    const forger = await it.world.installApp({ ...seed.app, slug: 'forger' });
    expect(forger.id).not.toBe(it.world.app.id);
    expect(await message(number)).toBe(
      refusal(
        'Required status check "access/policy" is expected.',
        'At least 1 approving review is required by reviewers with write access.',
        'Waiting on code owner review from acme/data-owners.',
      ),
    );
    await it.world.person('lead').approves(number);
    await it.app.checks.create({ ...repo, name: 'access/policy', head_sha: head.sha, conclusion: 'success' });
    expect((await mona().merges(number)).status).toBe(200);
  });

  test('lets by whoever may bypass for pull requests, who may not push', async () => {
    const bypass_actors = [
      { actor_id: it.world.app.id, actor_type: 'Integration', bypass_mode: 'pull_request' },
    ];
    await ruled(it, [pullRequest({ required_approving_review_count: 1 })], { bypass_actors });
    const { number, head } = await ask();
    await expect(it.app.git.updateRef({ ...repo, ref: 'heads/main', sha: head.sha })).rejects.toMatchObject({
      status: 422,
    });
    expect((await it.app.pulls.merge({ ...repo, pull_number: number })).status).toBe(200);
  });

  test.each([
    ['a team', 'Team', 'lead', 'data-owners'],
    ['the owners of the organization', 'OrganizationAdmin', 'boss', null],
    ['a role', 'RepositoryRole', 'nick', null],
    ['a person', 'User', 'nick', null],
  ] as const)('lets by %s', async (_, actor_type, login, slug) => {
    const team = slug && (await boss().request('GET', `/orgs/acme/teams/${slug}`)).data['id'];
    const role = actor_type === 'RepositoryRole' ? 4 : null;
    const user = actor_type === 'User' ? it.world.person(login).id : null;
    const bypass_actors = [{ actor_id: team ?? role ?? user, actor_type, bypass_mode: 'always' }];
    await ruled(it, [pullRequest({ required_approving_review_count: 1 })], { bypass_actors });
    const { number } = await ask();
    expect((await it.world.person(login).merges(number)).status).toBe(200);
  });

  test('dismisses what was approved before a push, and asks for another than the last pusher', async () => {
    await ruled(it, [pullRequest({ dismiss_stale_reviews_on_push: true, require_last_push_approval: true })]);
    const { number } = await ask();
    await it.world.person('lead').approves(number);
    await it.world.person('nick').writesFiles('ask', { more: 'x' });
    expect((await it.app.pulls.listReviews({ ...repo, pull_number: number })).data).toMatchObject([
      { state: 'DISMISSED' },
    ]);
    const reason = 'New changes require approval from someone other than the last pusher.';
    expect(await message(number)).toBe(refusal(reason));
    await it.world.person('nick').approves(number);
    expect(await message(number)).toBe(refusal(reason));
    await it.world.person('lead').approves(number);
    expect((await mona().merges(number)).status).toBe(200);
  });

  test.each([
    ['merge', 'mona', 405],
    ['rebase', 'mona', 405],
    ['squash', 'nick', 405],
    ['squash', 'mona', 200],
  ] as const)(
    'by %s of unsigned commits, where signatures are required, by %s: %i',
    async (method, login, status) => {
      await ruled(it, [{ type: 'required_signatures' }]);
      const { number } = await ask();
      expect((await it.world.person(login).merges(number, { method })).status).toBe(status);
    },
  );

  test('is by the methods that are allowed', async () => {
    await ruled(it, [
      pullRequest({ allowed_merge_methods: ['squash'] }),
      { type: 'required_linear_history' },
    ]);
    const { number } = await ask();
    expect((await mona().merges(number, { method: 'rebase' })).status).toBe(405);
    expect((await mona().merges(number, { method: 'merge' })).status).toBe(405);
    expect((await mona().merges(number, { method: 'squash' })).status).toBe(200);
  });

  test('meets the protection of the branch too', async () => {
    it.world.protect('main', { requiredApprovals: 2 });
    await ruled(it, [checks({ required_status_checks: [{ context: 'ci' }] })]);
    const { number } = await ask();
    expect(await message(number)).toBe(
      refusal(
        'At least 2 approving reviews are required by reviewers with write access.',
        'Required status check "ci" is expected.',
      ),
    );
  });
});
