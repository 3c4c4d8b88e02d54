import { afterAll, beforeAll, expect, test } from 'vitest';
import { path, repo, seed, stage, type Stage } from '../world.ts';

let it: Stage;
beforeAll(async () => {
  it = await stage({
    people: { ...seed.people, kid: { teams: ['juniors'] }, spy: { teams: ['hidden'] } },
    teams: {
      ...seed.teams,
      juniors: { parent: 'engineering' },
      hidden: { privacy: 'secret', permission: 'pull' },
    },
    app: { ...seed.app, permissions: { ...seed.app.permissions, members: 'write' } },
  });
});
afterAll(() => it.close());

const members = async (team_slug: string) =>
  (await it.app.teams.listMembersInOrg({ org: 'acme', team_slug })).data.map(({ login }) => login);

test('a team has the members of its child teams', async () => {
  expect(await members('engineering')).toEqual(['mona', 'nick', 'kid']);
  expect(await members('juniors')).toEqual(['kid']);
  const { data: children } = await it.app.teams.listChildInOrg({ org: 'acme', team_slug: 'engineering' });
  expect(children).toMatchObject([{ slug: 'juniors', parent: { slug: 'engineering' } }]);
  const { data } = await it.app.teams.getMembershipForUserInOrg({
    org: 'acme',
    team_slug: 'engineering',
    username: 'kid',
  });
  expect(data).toMatchObject({ state: 'active', role: 'member' });
});

test('a child team may do what its parent may', async () => {
  const { data } = await it.app.repos.getCollaboratorPermissionLevel({ ...repo, username: 'kid' });
  expect(data.permission).toBe('write');
});

test('a secret team is seen by its members, owners and apps', async () => {
  const seen = async (login: string) =>
    (await it.world.person(login).request<{ slug: string }[]>('GET', '/orgs/acme/teams')).data.map(
      ({ slug }) => slug,
    );
  expect(await seen('mona')).not.toContain('hidden');
  expect(await seen('spy')).toContain('hidden');
  expect(await seen('boss')).toContain('hidden');
  expect((await it.world.person('mona').request('GET', '/orgs/acme/teams/hidden')).status).toBe(404);
  expect((await it.app.teams.getByName({ org: 'acme', team_slug: 'hidden' })).data.privacy).toBe('secret');
});

test('a member is active at once, somebody from outside is invited', async () => {
  const url = '/orgs/acme/teams/data-owners/memberships';
  const boss = it.world.person('boss');
  expect((await it.world.person('mona').request('PUT', `${url}/bob`)).status).toBe(403);
  expect((await boss.request('PUT', `${url}/bob`)).data).toMatchObject({ state: 'active', role: 'member' });
  expect((await boss.request('PUT', `${url}/eve`)).data).toMatchObject({ state: 'pending' });
  expect(await members('data-owners')).toEqual(['lead', 'bob']);
  expect((await boss.request('DELETE', `${url}/bob`)).status).toBe(204);
  expect(await members('data-owners')).toEqual(['lead']);
  expect((await boss.request('GET', `${url}/bob`)).status).toBe(404);
});

test('an app with members: write adds and removes', async () => {
  const place = { org: 'acme', team_slug: 'data-owners', username: 'nick' };
  await it.app.teams.addOrUpdateMembershipForUserInOrg(place);
  expect(await members('data-owners')).toContain('nick');
  await it.app.teams.removeMembershipForUserInOrg(place);
  expect(await members('data-owners')).not.toContain('nick');
});

test('the teams of a repository, and the repository of a team', async () => {
  const { data } = await it.world.person('boss').request<unknown[]>('GET', `${path}/teams`);
  expect(data).toMatchObject([
    { slug: 'engineering', permission: 'push' },
    { slug: 'data-owners', permission: 'push' },
    { slug: 'juniors', permission: 'push' },
    { slug: 'hidden', permission: 'pull' },
  ]);
  const place = { org: 'acme', team_slug: 'engineering', ...repo };
  expect((await it.app.teams.checkPermissionsForRepoInOrg(place)).status).toBe(204);
  const { data: described } = await it.app.teams.checkPermissionsForRepoInOrg({
    ...place,
    headers: { accept: 'application/vnd.github.v3.repository+json' },
  });
  expect(described).toMatchObject({ full_name: 'acme/access', permissions: { push: true, admin: false } });
});

test('who is a member, by login and by id', async () => {
  const { orgs, users } = it.app;
  const { data } = await orgs.listMembers({ org: 'acme', role: 'admin' });
  expect(data.map(({ login }) => login)).toEqual(['boss']);
  expect((await orgs.checkMembershipForUser({ org: 'acme', username: 'mona' })).status).toBe(204);
  await expect(orgs.checkMembershipForUser({ org: 'acme', username: 'eve' })).rejects.toMatchObject({
    status: 404,
  });
  const { data: membership } = await orgs.getMembershipForUser({ org: 'acme', username: 'boss' });
  expect(membership).toMatchObject({ state: 'active', role: 'admin', user: { login: 'boss' } });
  const { data: mona } = await users.getByUsername({ username: 'MONA' });
  expect((await it.app.request('GET /user/{account_id}', { account_id: mona.id })).data).toMatchObject({
    login: 'mona',
    name: 'Mona Lisa',
    type: 'User',
  });
  expect((await users.getByUsername({ username: 'countersign[bot]' })).data.type).toBe('Bot');
});

test('whoever leaves the organization leaves its teams', async () => {
  const boss = it.world.person('boss');
  expect((await it.world.person('mona').request('DELETE', '/orgs/acme/members/kid')).status).toBe(403);
  expect((await boss.request('DELETE', '/orgs/acme/members/kid')).status).toBe(204);
  expect(await members('engineering')).toEqual(['mona', 'nick']);
  expect((await it.world.person('kid').request('GET', path)).status).toBe(404);
});
