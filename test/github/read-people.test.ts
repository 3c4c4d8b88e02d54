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

  test.each([
    [/\/teams\/engineering$/, 403],
    [/\/teams\/engineering$/, 500],
    [/\/teams\/engineering\/members/, 403],
    [/\/teams\/engineering\/members/, 502],
    [/\/teams\/engineering\/repos\//, 403],
    [/\/teams\/engineering\/repos\//, 503],
  ])('throws where %s is answered with %i', async (line, status) => {
    stage.traffic.answer(line, status);
    await expect(team('acme/engineering')).rejects.toMatchObject({ status });
  });

  test('whose members GitHub does not know, although it knows the team, is nothing to go by', async () => {
    stage.traffic.answer(/\/teams\/engineering\/members/, 404);
    await expect(team('acme/engineering')).rejects.toThrow('look again');
  });

  test('that neither owns nor approves is asked for its members alone', async () => {
    stage.traffic.forget();
    const { teams } = await readDirectory(stage.repository, {
      people: [],
      teams: ['acme/engineering', 'acme/imaginary'],
    });
    expect(teams.get('acme/engineering')).toMatchObject({ members: new Set([idOf('mona'), idOf('nick')]) });
    expect(teams.get('acme/imaginary')).toBeNull();
    expect(stage.traffic.calls).toHaveLength(2);
  });
});

test('the organization is known by its login, in lower case', async () => {
  const directory = await readDirectory({ ...stage.repository, owner: 'Acme' }, { people: [], teams: [] });
  expect(directory).toEqual({ organization: 'acme', people: new Map(), teams: new Map() });
});
