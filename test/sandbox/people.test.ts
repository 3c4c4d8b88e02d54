import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { workplace } from './git-client.ts';
import { path, receiver, REQUESTS, repo, seed, stage, type Stage } from './world.ts';

let it: Stage;
let hook: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  [it, hook] = await Promise.all([
    stage({ app: { ...seed.app, permissions: { ...seed.app.permissions, members: 'write' } } }),
    receiver(),
  ]);
  it.world.deliverTo(hook.url);
});
afterEach(async () => {
  await it.close();
  hook.close();
});

async function sent() {
  await it.world.settled();
  return it.world
    .deliveries()
    .map(({ event, action, payload }) => Object.assign({}, payload, { name: `${event}.${action}` }));
}
const user = async (login: string) => (await it.app.users.getByUsername({ username: login })).data;
const gone = { status: 404 };

describe('an account', () => {
  test('keeps its id and what it did when it is renamed, and its login is free for another', async () => {
    const mona = it.world.person('mona');
    const { number } = await mona.opensPullRequest({ title: 'x', branch: 'ask', files: { x: 'x' } });
    it.world.people.rename('mona', 'lisa');
    expect(await user('lisa')).toMatchObject({ id: mona.id });
    expect((await it.app.request('GET /user/{id}', { id: mona.id })).data).toMatchObject({ login: 'lisa' });
    await expect(user('mona')).rejects.toMatchObject(gone);
    it.world.people.signUp('mona');
    expect((await user('mona')).id).not.toBe(mona.id);
    const { data } = await it.app.pulls.get({ ...repo, pull_number: number });
    expect(data.user).toMatchObject({ login: 'lisa', id: mona.id });
    const { data: commits } = await it.app.pulls.listCommits({ ...repo, pull_number: number });
    expect(commits).toMatchObject([{ author: { id: mona.id } }]);
    expect(await it.world.person('mona').request('GET', path)).toMatchObject({ status: 404 });
    expect(await mona.request('GET', path)).toMatchObject({ status: 200 });
  });

  test('cannot have a login that is taken', () => {
    expect(() => it.world.people.rename('mona', 'Nick')).toThrow('the login Nick is taken');
    expect(() => it.world.people.signUp('acme')).toThrow('taken');
  });

  test('that is suspended can do nothing, and is seen by nobody', async () => {
    const mona = it.world.person('mona');
    await it.world.people.suspend('mona');
    expect(await mona.request('GET', path)).toMatchObject({
      status: 403,
      data: { message: 'Sorry. Your account was suspended' },
    });
    await expect(user('mona')).rejects.toMatchObject(gone);
    const work = await workplace();
    const url = `${it.url}/acme/access.git`.replace('//', `//x:${mona.token}@`);
    expect((await work.git('clone', url, 'work')).err).toContain('Your account was suspended');
    await work.remove();
    it.world.people.reinstate('mona');
    expect((await mona.request('GET', path)).status).toBe(200);
  });

  test('that an enterprise suspends gets a hash for a login and leaves', async () => {
    const { id } = it.world.person('mona');
    await it.world.people.suspend('mona', { managed: true });
    const { data } = await it.app.request('GET /user/{id}', { id });
    expect(data.login).toMatch(/^[0-9a-f]{40}$/);
    await expect(
      it.app.orgs.getMembershipForUser({ org: 'acme', username: data.login }),
    ).rejects.toMatchObject(gone);
    expect(await sent()).toMatchObject([{ name: 'organization.member_removed', sender: { login: 'boss' } }]);
  });
});

describe('joining the organization', () => {
  const membership = async (login: string) =>
    (await it.app.orgs.getMembershipForUser({ org: 'acme', username: login })).data;
  const engineers = async () =>
    (await it.app.teams.listMembersInOrg({ org: 'acme', team_slug: 'engineering' })).data.map(
      ({ login }) => login,
    );

  test('takes an invitation, and the word of the invited', async () => {
    await it.world.people.invite('eve', { teams: ['engineering'] });
    expect(await membership('eve')).toMatchObject({ state: 'pending', role: 'member' });
    expect(await engineers()).not.toContain('eve');
    expect((await it.world.person('eve').request('GET', path)).status).toBe(404);
    const { data } = await it.app.orgs.listPendingInvitations({ org: 'acme' });
    expect(data).toMatchObject([{ login: 'eve', role: 'direct_member', team_count: 1 }]);

    await it.world.people.accept('eve');
    expect(await membership('eve')).toMatchObject({ state: 'active' });
    expect(await engineers()).toContain('eve');
    expect((await it.world.person('eve').request('GET', path)).status).toBe(200);
    expect(await sent()).toMatchObject([
      {
        name: 'organization.member_invited',
        invitation: { login: 'eve', inviter: { login: 'boss' } },
        user: { login: 'eve' },
      },
      {
        name: 'organization.member_added',
        membership: { state: 'active', role: 'member', user: { login: 'eve' } },
        sender: { login: 'eve' },
      },
      { name: 'membership.added', team: { slug: 'engineering' }, member: { login: 'eve' } },
    ]);
  });

  test('goes by the API as well', async () => {
    const boss = it.world.person('boss');
    const url = '/orgs/acme/memberships/eve';
    expect((await it.world.person('mona').request('PUT', url)).status).toBe(403);
    expect((await boss.request('PUT', url, { role: 'admin' })).data).toMatchObject({ state: 'pending' });
    const eve = it.world.person('eve');
    const mine = '/user/memberships/orgs/acme';
    expect((await eve.request('GET', mine)).data).toMatchObject({ state: 'pending', role: 'admin' });
    expect((await eve.request('PATCH', mine, { state: 'active' })).data).toMatchObject({ state: 'active' });
    expect((await boss.request('PUT', url, { role: 'member' })).data).toMatchObject({ role: 'member' });
    it.world.people.signUp('zoe');
    expect((await it.world.person('zoe').request('GET', mine)).status).toBe(404);
  });

  test('ends when the invitation is taken back', async () => {
    const id = it.world.person('eve').id;
    const { data } = await it.app.orgs.createInvitation({ org: 'acme', invitee_id: id });
    await it.app.orgs.cancelInvitation({ org: 'acme', invitation_id: data.id });
    await expect(membership('eve')).rejects.toMatchObject(gone);
    await expect(it.world.people.accept('eve')).rejects.toThrow('there is no eve here');
  });

  test('a team that takes an outsider invites them', async () => {
    await it.world.people.joinTeam('eve', 'engineering');
    expect(await membership('eve')).toMatchObject({ state: 'pending' });
    expect((await sent()).map(({ name }) => name)).toEqual(['organization.member_invited']);
  });
});

test('who leaves loses what they had', async () => {
  const lead = it.world.person('lead');
  await it.world.people.leave('lead');
  expect((await lead.request('GET', path)).status).toBe(404);
  expect(await sent()).toMatchObject([
    {
      name: 'organization.member_removed',
      membership: { user: { login: 'lead' } },
      sender: { login: 'lead' },
    },
  ]);
});

test('who changes teams reviews for the new one', async () => {
  it.world.protect('main', { requireCodeOwnerReviews: true });
  const { number } = await it.world
    .person('mona')
    .opensPullRequest({ title: 'x', branch: 'ask', files: { [REQUESTS]: 'requests: [x]\n' } });
  await it.world.people.leaveTeam('nick', 'engineering');
  await it.world.people.joinTeam('nick', 'data-owners');
  await it.world.people.joinTeam('nick', 'engineering');
  await it.world.person('nick').approves(number);
  expect((await it.world.person('mona').merges(number)).status).toBe(200);
  expect((await sent()).filter(({ name }) => name.startsWith('membership'))).toMatchObject([
    { name: 'membership.removed', team: { slug: 'engineering' }, sender: { login: 'boss' } },
    { name: 'membership.added', team: { slug: 'data-owners' } },
    { name: 'membership.added', team: { slug: 'engineering' } },
  ]);
});

// docs.github.com/rest/orgs/members#list-organization-members: `2fa_disabled` "is only available for organization owners"
test('who signs in without a second factor is shown to owners alone', async () => {
  const people = { ...seed.people, nick: { teams: ['engineering'], withoutTwoFactor: true as const } };
  const other = await stage({ people });
  const url = '/orgs/acme/members?filter=2fa_disabled';
  const boss = other.world.person('boss');
  expect((await boss.request('GET', url)).data).toMatchObject([{ login: 'nick' }]);
  expect((await boss.request('GET', `${url}&role=admin`)).data).toEqual([]);
  expect(await other.world.person('mona').request('GET', url)).toMatchObject({
    status: 422,
    data: { message: 'Only owners can use this filter.' },
  });
  await expect(other.app.orgs.listMembers({ org: 'acme', filter: '2fa_disabled' })).rejects.toMatchObject({
    status: 422,
  });
  await other.close();
});
