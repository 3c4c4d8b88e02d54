import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readDirectory } from '../../src/github/read-people.ts';
import { readHolding } from '../../src/github/read-holders.ts';
import type { RequestsRepository } from '../../src/github/requests-repository.ts';
import type { Grant } from '../../src/grants/grant.ts';
import { seed } from '../sandbox/world.ts';
import { SignInFailed } from '../../src/github/sign-in.ts';
import { openStage, type Stage } from './stage.ts';

type Held = Pick<Grant, 'holder' | 'principal'>;

let stage: Stage;
let engineering: number;
beforeAll(async () => {
  const crowd = Array.from({ length: 101 }, (_, index) => [`a-team-${index}`, {}]);
  stage = await openStage({
    people: {
      ...seed.people,
      lars: { teams: ['engineering', 'child'] },
      lena: { teams: ['child'] },
      dora: { teams: ['hidden'] },
    },
    teams: {
      ...Object.fromEntries(crowd),
      ...seed.teams,
      parent: {},
      child: { parent: 'parent' },
      hidden: { privacy: 'secret' },
    },
  });
  engineering = await teamId('engineering');
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

async function teamId(slug: string): Promise<number> {
  const { data } = await stage.repository.octokit.rest.teams.getByName({ org: 'acme', team_slug: slug });
  return data.id;
}

function holder(login: string) {
  return { id: stage.world.person(login).id, name: login };
}

function ownGrant(login: string): Held {
  return { principal: { kind: 'user', ...holder(login) }, holder: holder(login) };
}

function teamGrant(login: string, id: number, name: string): Held {
  return { principal: { kind: 'team', id, name }, holder: holder(login) };
}

async function stays(grant: Held, repository: RequestsRepository = stage.repository): Promise<boolean> {
  return (await readHolding(repository, [grant]))(grant);
}

const nobodyIsListed = () => stage.traffic.alter(/\/orgs\/acme\/members\?/, () => []);

describe('a person', () => {
  test('who is a member keeps what they hold', async () => {
    expect(await stays(ownGrant('mona'))).toBe(true);
  });

  test('who never was a member, or was invited and has not come yet, does not', async () => {
    expect(await stays(ownGrant('eve'))).toBe(false);
    nobodyIsListed();
    stage.traffic.alter(/\/orgs\/acme\/memberships\//, (found: object) => ({ ...found, state: 'pending' }));
    expect(await stays(ownGrant('mona'))).toBe(false);
  });

  test('whom a page of the members leaves out, since somebody before them left, keeps it', async () => {
    nobodyIsListed();
    expect(await stays(ownGrant('mona'))).toBe(true);
  });

  test('is asked about together with everybody on the same page of members', async () => {
    const grants = ['mona', 'bob', 'dora'].map(ownGrant);
    stage.traffic.forget();
    expect(grants.map(await readHolding(stage.repository, grants))).toEqual([true, true, true]);
    expect(stage.traffic.calls.map(({ line }) => line)).toEqual([
      'GET /orgs/acme/members?per_page=100',
      'GET /repos/acme/access',
      'GET /orgs/acme',
    ]);
  });

  test('who left the organization loses what they hold, and nobody else does', async () => {
    const grants = [ownGrant('lars'), teamGrant('lars', engineering, 'engineering'), ownGrant('mona')];
    await stage.world.people.leave('lars');
    expect(grants.map(await readHolding(stage.repository, grants))).toEqual([false, false, true]);
  });

  test('whose account is no more loses what they hold', async () => {
    const gone = { id: 987_654_321, name: 'gone' };
    expect(await stays({ principal: { kind: 'user', ...gone }, holder: gone })).toBe(false);
  });

  test('is known by the id, whatever the login is now', async () => {
    const grant = ownGrant('bob');
    stage.world.people.rename('bob', 'robert');
    expect(await stays(grant)).toBe(true);
    stage.world.people.rename('robert', 'bob');
  });
});

test('a service account leaves nothing', async () => {
  const job = { id: null, name: 'nightly' };
  expect(await stays({ principal: { kind: 'service_account', ...job }, holder: job })).toBe(true);
});

describe('a member of a team', () => {
  test('keeps what was granted to it', async () => {
    expect(await stays(teamGrant('mona', engineering, 'engineering'))).toBe(true);
  });

  test('keeps it where the team was renamed', async () => {
    expect(await stays(teamGrant('mona', engineering, 'builders'))).toBe(true);
  });

  test('keeps it as a member of a child team, or of a secret one', async () => {
    expect(await stays(teamGrant('lena', await teamId('parent'), 'parent'))).toBe(true);
    expect(await stays(teamGrant('dora', await teamId('hidden'), 'hidden'))).toBe(true);
  });

  test('loses it where the team is gone, whoever has its name now', async () => {
    expect(await stays(teamGrant('mona', 987_654_321, 'engineering'))).toBe(false);
  });

  test('loses it by leaving the team, and keeps what is their own', async () => {
    const grants = [teamGrant('nick', engineering, 'engineering'), ownGrant('nick')];
    await stage.world.people.leaveTeam('nick', 'engineering');
    expect(grants.map(await readHolding(stage.repository, grants))).toEqual([false, true]);
  });
});

describe('nobody is said to have left', () => {
  test('where the installation that the client signs in as is gone', async () => {
    const repository = { ...stage.repository, octokit: await stage.probot.auth(987_654_321) };
    await expect(stays(ownGrant('mona'), repository)).rejects.toBeInstanceOf(SignInFailed);
    const names = { people: ['mona'], teams: [] };
    await expect(readDirectory(repository, names)).rejects.toBeInstanceOf(SignInFailed);
  });

  test('where the organization was renamed', async () => {
    stage.traffic.answer(/^GET \/orgs\/acme(?:$|[/?])/, 404);
    await expect(stays(ownGrant('mona'))).rejects.toMatchObject({ status: 404 });
    await expect(stays(teamGrant('mona', engineering, 'engineering'))).rejects.toMatchObject({ status: 404 });
  });

  test('where another organization has the name now', async () => {
    nobodyIsListed();
    stage.traffic.answer(/^GET \/orgs\/acme\/memberships\//, 404);
    stage.traffic.alter(/^GET \/orgs\/acme$/, (found: object) => ({ ...found, id: 1 }));
    await expect(stays(ownGrant('mona'))).rejects.toThrow('bind it by its present name');
  });

  test('where another repository has the name now', async () => {
    stage.traffic.alter(/^GET \/repos\/acme\/access$/, (found: object) => ({ ...found, id: 1 }));
    await expect(stays(ownGrant('mona'))).rejects.toThrow('bind it by its present name');
  });

  test.each([403, 404, 502])('where the list of members is answered with %i', async (status) => {
    stage.traffic.answer(/\/orgs\/acme\/members\?/, status);
    await expect(stays(ownGrant('mona'))).rejects.toMatchObject({ status });
  });

  test.each([
    [/\/user\/\d+$/, 500],
    [/\/orgs\/acme\/memberships\//, 403],
    [/\/orgs\/acme\/teams\?/, 403],
    [/\/orgs\/acme\/teams\?/, 404],
    [/\/teams\/engineering\/members/, 404],
    [/\/teams\/engineering\/members/, 502],
    [/\/repos\/acme\/access$/, 404],
    [/\/orgs\/acme$/, 403],
  ])('where %s is answered with %i', async (line, status) => {
    nobodyIsListed();
    stage.traffic.answer(line, status);
    await expect(stays(teamGrant('mona', engineering, 'engineering'))).rejects.toMatchObject({ status });
  });
});
