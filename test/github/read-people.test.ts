import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Person, Team } from '../../src/policies/directory.ts';
import { readDirectory } from '../../src/github/read-people.ts';
import { seed } from '../sandbox/world.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  const crowd = Array.from({ length: 101 }, (_, index) => [`crowd-${index}`, { teams: ['crowd'] }]);
  stage = await openStage({
    people: { ...seed.people, lena: { teams: ['child'] }, ...Object.fromEntries(crowd) },
    teams: {
      ...seed.teams,
      parent: { permission: 'push' },
      child: { parent: 'parent' },
      hidden: { privacy: 'secret', permission: 'push' },
      readers: { permission: 'triage' },
      outsiders: {},
    },
  });
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

async function person(login: string): Promise<Person | null | undefined> {
  const { people } = await readDirectory(stage.repository, { people: [login], teams: [], closely: [login] });
  return people.get(login.toLowerCase());
}

async function team(name: string): Promise<Team | null | undefined> {
  const { teams } = await readDirectory(stage.repository, { people: [], teams: [name], closely: [name] });
  return teams.get(name.toLowerCase());
}

const GRAPHQL = /\/graphql query$/;

/** Bends what GraphQL tells of the first team that is asked for. */
function bend(change: (team: object) => object | null): void {
  stage.traffic.alter(GRAPHQL, ({ data }: { data: { organization: { team0: object } } }) => ({
    data: { organization: { ...data.organization, team0: change(data.organization.team0) } },
  }));
}

const idOf = (login: string) => stage.world.person(login).id;

describe('a person', () => {
  test('who is a member and may push', async () => {
    const mona = { id: idOf('mona'), login: 'mona', bot: false, member: true, canWrite: true };
    expect(await person('mona')).toEqual(mona);
  });

  test('is found whatever the case of the login, and asked for once', async () => {
    stage.traffic.forget();
    const { people } = await readDirectory(stage.repository, { people: ['MONA', 'mona', 'Mona'], teams: [] });
    expect([...people]).toEqual([['mona', expect.objectContaining({ id: idOf('mona') })]]);
    expect(stage.traffic.calls.filter(({ line }) => line.includes('/memberships/'))).toHaveLength(1);
  });

  test('who may only read can own nothing', async () => {
    expect(await person('bob')).toMatchObject({ member: true, canWrite: false });
  });

  test('who is no member of the organization', async () => {
    const eve = { id: idOf('eve'), login: 'eve', bot: false, member: false, canWrite: false };
    expect(await person('eve')).toEqual(eve);
  });

  test('who was invited and has not come yet is no member', async () => {
    stage.traffic.alter(/\/orgs\/acme\/memberships\//, (found: object) => ({ ...found, state: 'pending' }));
    expect(await person('mona')).toMatchObject({ member: false });
  });

  test('of whom GitHub knows nothing is null', async () => {
    expect(await person('nobody-of-that-name')).toBeNull();
  });

  test.each(['', '.', '..', '../orgs/acme', 'mona/../nick', 'mona@acme.com', 'mona?', 'ünï'])(
    'is nobody where %j is no login',
    async (login) => {
      expect(await person(login)).toBeNull();
    },
  );

  test('is nobody where a path that goes up is answered with something else', async () => {
    stage.traffic.answer(/^GET \/(?:users\/?)?$/, 200, { current_user_url: 'https://api.github.com/user' });
    expect(await person('.')).toBeNull();
    expect(await person('..')).toBeNull();
  });

  test('is no bot, and a bot no member', async () => {
    expect(await person('countersign[bot]')).toMatchObject({ bot: true, member: false, canWrite: false });
    expect(await person('acme')).toMatchObject({ bot: true, member: false, canWrite: false });
  });

  test('is not the one who took over the login between two answers', async () => {
    interface Answer {
      user: object;
    }
    const taken = ({ user, ...rest }: Answer) => ({ ...rest, user: { ...user, id: 1 } });
    stage.traffic.alter(/\/collaborators\/mona\/permission/, taken);
    expect(await person('mona')).toMatchObject({ id: idOf('mona'), member: true, canWrite: false });
  });

  test.each([
    [/\/orgs\/acme\/memberships\/mona$/, 403],
    [/\/orgs\/acme\/memberships\/mona$/, 502],
    [/\/collaborators\/mona\/permission$/, 403],
    [/\/collaborators\/mona\/permission$/, 503],
    [/\/collaborators\/mona\/permission$/, 422],
  ])('throws where %s is answered with %i', async (line, status) => {
    stage.traffic.answer(line, status);
    await expect(person('mona')).rejects.toMatchObject({ status });
  });

  test.each([403, 500])('who is no member is not nobody where GitHub answers %i', async (status) => {
    stage.traffic.answer(/\/users\/eve$/, status);
    await expect(person('eve')).rejects.toMatchObject({ status });
  });

  test('who is in a team that is read is not asked for: nobody else than a member is in one', async () => {
    const apart = await readDirectory(stage.repository, { people: ['nick', 'bob'], teams: [] });
    stage.traffic.forget();
    const { people } = await readDirectory(stage.repository, {
      people: ['Nick', 'bob'],
      teams: ['acme/engineering'],
    });
    expect(people).toEqual(apart.people);
    expect(people.get('nick')).toEqual({ id: idOf('nick'), login: 'nick', bot: false, member: true });
    expect(stage.traffic.calls.map(({ line }) => line)).toEqual([
      'POST /graphql query',
      'GET /orgs/acme/memberships/bob',
    ]);
  });

  test('who neither owns nor approves is asked for in one call', async () => {
    stage.traffic.forget();
    const { people } = await readDirectory(stage.repository, { people: ['mona'], teams: [] });
    expect(people.get('mona')).toEqual({ id: idOf('mona'), login: 'mona', bot: false, member: true });
    expect(stage.traffic.calls).toHaveLength(1);
  });

  test('is asked for anew for each decision', async () => {
    expect(await person('nick')).toMatchObject({ member: true });
    stage.traffic.alter(/\/orgs\/acme\/memberships\//, (found: object) => ({ ...found, state: 'pending' }));
    expect(await person('nick')).toMatchObject({ member: false });
  });
});

describe('a team', () => {
  test('with its members, by id', async () => {
    expect(await team('acme/engineering')).toEqual({
      id: expect.any(Number),
      name: 'acme/engineering',
      visible: true,
      canWrite: true,
      members: new Set([idOf('mona'), idOf('nick')]),
      logins: new Map([
        [idOf('mona'), 'mona'],
        [idOf('nick'), 'nick'],
      ]),
    });
  });

  test('is found whatever the case of its name', async () => {
    expect(await team('Acme/Engineering')).toMatchObject({ name: 'acme/engineering' });
  });

  test('includes the members of its child teams', async () => {
    expect(await team('acme/parent')).toMatchObject({ members: new Set([idOf('lena')]) });
  });

  test('may do what its parent may', async () => {
    expect(await team('acme/child')).toMatchObject({ canWrite: true });
  });

  test('may not push here for being allowed to push to a repository of another id', async () => {
    const edges = [{ permission: 'ADMIN', node: { databaseId: 1 } }, null];
    bend((found) => ({ ...found, repositories: { edges } }));
    expect(await team('acme/readers')).toMatchObject({ canWrite: false });
  });

  test('that may not push, or has nothing to do with the repository, can own nothing', async () => {
    expect(await team('acme/readers')).toMatchObject({ canWrite: false });
    expect(await team('acme/outsiders')).toMatchObject({ canWrite: false });
  });

  test('that is secret is not visible', async () => {
    expect(await team('acme/hidden')).toMatchObject({ visible: false, canWrite: true });
  });

  test('has every member, however many pages they are', async () => {
    expect((await team('acme/crowd'))?.members.size).toBe(101);
  });

  test('does not hold whoever has not come to the organization yet', async () => {
    const boss = stage.world.person('boss');
    await boss.request('PUT', '/orgs/acme/teams/outsiders/memberships/eve');
    await boss.request('PUT', '/orgs/acme/teams/outsiders/memberships/bob');
    expect(await team('acme/outsiders')).toMatchObject({ members: new Set([idOf('bob')]) });
  });

  test('of another organization is null, and not asked for', async () => {
    stage.traffic.forget();
    expect(await team('umbrella/engineering')).toBeNull();
    expect(stage.traffic.calls).toEqual([]);
  });

  test.each(['acme/imaginary', 'acme/', 'acme/.', 'acme/..', 'acme/engineering/teams'])(
    'is null where GitHub knows no %s',
    async (name) => {
      expect(await team(name)).toBeNull();
    },
  );

  test('is null where a path that goes up is answered with the organization and its members', async () => {
    stage.traffic.answer(/^GET \/orgs\/acme\/?$/, 200, { id: 1, login: 'acme' });
    stage.traffic.answer(/^GET \/orgs\/acme\/members/, 200, [{ id: idOf('bob') }]);
    expect(await team('acme/..')).toBeNull();
  });

  test('is not another one, which GitHub finds by its name', async () => {
    bend((found) => ({ ...found, slug: 'data-owners' }));
    stage.traffic.answer(/\/teams\/engineering$/, 404);
    expect(await team('acme/engineering')).toBeNull();
  });

  test('that GraphQL does not show is as REST tells of it', async () => {
    const known = await team('acme/hidden');
    bend(() => null);
    expect(await team('acme/hidden')).toEqual(known);
    expect(await team('acme/engineering')).toMatchObject({
      visible: true,
      members: new Set([idOf('mona'), idOf('nick')]),
    });
  });

  test.each([
    ['a member', { members: { nodes: [null], pageInfo: {} } }, 'leaves something out'],
    [
      'who a member is',
      { members: { nodes: [{ login: 'mona', databaseId: null }], pageInfo: {} } },
      'which account',
    ],
    ['which one it is', { databaseId: null }, 'which team'],
  ])('throws where GitHub leaves out %s', async (_, without, message) => {
    bend((found) => ({ ...found, ...without }));
    await expect(team('acme/engineering')).rejects.toThrow(message);
  });

  test('throws at an answer of which GitHub could not read a part, and where it is gone before all is read', async () => {
    const errors = [{ type: 'FORBIDDEN', path: ['organization', 'team0', 'members'], message: 'No' }];
    stage.traffic.alter(GRAPHQL, (answer: object) => ({ ...answer, errors }));
    await expect(team('acme/engineering')).rejects.toMatchObject({ errors });
    stage.traffic.straighten();
    stage.traffic.before(GRAPHQL, async () => bend(() => null));
    await expect(team('acme/crowd')).rejects.toThrow('went while it was read');
  });

  test.each([
    [GRAPHQL, 403],
    [GRAPHQL, 502],
    [/\/teams\/readers\/repos\//, 403],
    [/\/teams\/readers\/repos\//, 503],
  ])('throws where %s is answered with %i', async (line, status) => {
    stage.traffic.answer(line, status);
    await expect(team('acme/readers')).rejects.toMatchObject({ status });
  });

  test('whose members GitHub does not know, although it knows the team, is nothing to go by', async () => {
    bend(() => null);
    stage.traffic.answer(/\/teams\/engineering\/members/, 404);
    await expect(team('acme/engineering')).rejects.toMatchObject({ status: 404 });
  });

  test('is asked for with all others in one call, and by REST what it may do that GraphQL does not show', async () => {
    stage.traffic.forget();
    const { teams } = await readDirectory(stage.repository, {
      people: [],
      teams: ['acme/engineering', 'acme/child', 'acme/data-owners'],
      closely: ['acme/data-owners', 'acme/child'],
    });
    const lines = stage.traffic.calls.map(({ line }) => line);
    expect(lines.toSorted()).toEqual(['GET /orgs/acme/teams/child/repos/acme/access', 'POST /graphql query']);
    expect(teams.get('acme/engineering')).toEqual({
      name: 'acme/engineering',
      members: new Set([idOf('mona'), idOf('nick')]),
      logins: expect.any(Map),
    });
    expect(teams.get('acme/data-owners')).toMatchObject({ visible: true, canWrite: true });
    expect(teams.get('acme/child')).toMatchObject({ visible: true, canWrite: true });
  });
});

test('the organization is known by its login, in lower case', async () => {
  const directory = await readDirectory({ ...stage.repository, owner: 'Acme' }, { people: [], teams: [] });
  expect(directory).toEqual({ organization: 'acme', people: new Map(), teams: new Map() });
});
