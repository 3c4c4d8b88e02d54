import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { pino } from 'pino';
import { Probot } from 'probot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { githubTeamConnector } from '../../src/connectors/github-team/github-team-connector.ts';
import { teamApi, type TeamOctokit } from '../../src/connectors/github-team/team-api.ts';
import { clientClass } from '../../src/github/client.ts';
import { startSandbox, type Sandbox, type World } from '../../src/sandbox/start.ts';
import { describeConnector } from './contract.ts';

const until = Date.UTC(2026, 10, 23, 18);
const connection = { organization: 'acme', entitlements: ['prod-*'] };

let sandbox: Sandbox;
let world: World;
let octokit: TeamOctokit;

beforeAll(async () => {
  sandbox = await startSandbox();
  const crowd = Array.from({ length: 101 }, (_, index) => [`crowd-${index}`, { teams: ['prod-crowd'] }]);
  world = await sandbox.seed({
    organization: 'acme',
    people: {
      ada: { role: 'admin' },
      mona: {},
      hubot: {},
      ...Object.fromEntries(['nova', 'otto', 'petra', 'quinn', 'rosa', 'sven'].map((login) => [login, {}])),
      lena: { teams: ['prod-child'] },
      visitor: { outside: true },
      guest: { outside: true },
      ...Object.fromEntries(crowd),
    },
    teams: {
      'prod-deployers': {},
      'prod-parent': {},
      'prod-child': { parent: 'prod-parent' },
      'prod-crowd': {},
      'prod-led': {},
      'prod-oncall': {},
      payroll: {},
    },
    repository: { name: 'access', files: { 'README.md': '' } },
    app: { slug: 'countersign-teams', permissions: { members: 'write', metadata: 'read' }, events: [] },
  });
  octokit = client(sandbox.url);
});
afterAll(() => sandbox.close());

/** As the App whose one permission is to write the organization's members. */
function client(baseUrl: string): Octokit {
  const { id: appId, privateKey, installationId } = world.app;
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  return new Octokit({
    baseUrl,
    authStrategy: createAppAuth,
    auth: { appId, privateKey, installationId },
    log: silent,
  });
}

/** The id of an account, as text. */
async function idOf(login: string): Promise<string> {
  const { data } = await world.person('ada').request<{ id: number }>('GET', `/users/${login}`);
  return String(data.id);
}

describeConnector('github-team', async () => ({
  connector: githubTeamConnector(octokit, connection),
  entitlement: { team: 'prod-deployers' },
  forbidden: { team: 'payroll' },
  mona: await idOf('mona'),
  hubot: await idOf('hubot'),
  stranger: '999999999',
  // Nothing listens there.
  unreachable: githubTeamConnector(client('http://127.0.0.1:2'), connection),
  close: async () => undefined,
}));

const connector = () => githubTeamConnector(octokit, connection);

describe('github-team', () => {
  test('takes nobody for gone where the installation is', async () => {
    const { id: appId, privateKey } = world.app;
    const probot = new Probot({
      appId,
      privateKey,
      baseUrl: sandbox.url,
      Octokit: clientClass({ throttled: false, now: () => 0 }),
      log: pino({ level: 'silent' }),
    });
    const api = teamApi(await probot.auth(987_654_321), 'acme');
    await expect(api.loginOf(1)).rejects.toThrow('GitHub does not let the App sign in');
    await expect(api.isInOrganization('mona')).rejects.toThrow('GitHub does not let the App sign in');
    await expect(api.remove('prod-deployers', 'mona')).rejects.toThrow('GitHub does not let the App sign in');
  });

  test('shows every member, however many pages they are', async () => {
    const { holders } = await connector().observe({ team: 'prod-crowd' });
    expect(holders).toHaveLength(101);
  });

  test('invites nobody who is not in the organization', async () => {
    const outcome = await connector().grant({ team: 'prod-deployers' }, await idOf('visitor'), until);
    expect(outcome).toMatchObject({ ok: false, code: 'unknown-identity' });
    const { status } = await world
      .person('ada')
      .request('GET', '/orgs/acme/teams/prod-deployers/memberships/visitor');
    expect(status).toBe(404);
  });

  test('leaves a maintainer a maintainer', async () => {
    const path = '/orgs/acme/teams/prod-led/memberships/mona';
    await world.person('ada').request('PUT', path, { role: 'maintainer' });
    expect(await connector().grant({ team: 'prod-led' }, await idOf('mona'), until)).toEqual({ ok: true });
    expect((await world.person('ada').request('GET', path)).data).toMatchObject({ role: 'maintainer' });
  });

  test('does not count the members of child teams, and gives no team that has some or is one', async () => {
    const parent = { team: 'prod-parent' };
    expect((await connector().observe(parent)).holders).toEqual([]);
    expect(await connector().grant(parent, await idOf('mona'), until)).toMatchObject({ code: 'not-allowed' });
    expect(await connector().grant({ team: 'prod-child' }, await idOf('mona'), until)).toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('below prod-parent'),
    });
    await connector().revoke(parent, await idOf('lena'));
    expect((await connector().observe({ team: 'prod-child' })).holders).toEqual([await idOf('lena')]);
  });

  test('takes a team that it cannot see for an error, not for an empty team', async () => {
    await expect(connector().observe({ team: 'prod-imaginary' })).rejects.toThrow('Not Found');
  });
});

describe('github-team knows people by their accounts', () => {
  const oncall = { team: 'prod-oncall' };
  const membership = '/orgs/acme/teams/prod-oncall/memberships';
  const holders = async () => (await connector().observe(oncall)).holders;
  /** A connector before whose first request to this route something else happens. */
  const after = (route: RegExp, happens: () => unknown) => {
    let pending = true;
    const request: TeamOctokit['request'] = async (asked, parameters) => {
      if (pending && route.test(asked)) {
        pending = false;
        await happens();
      }
      return octokit.request(asked, parameters);
    };
    return githubTeamConnector({ request }, connection);
  };

  test('takes out whoever was renamed since, and leaves whoever has the login now', async () => {
    const nova = await idOf('nova');
    await connector().grant(oncall, nova, until);
    world.people.rename('nova', 'nova-2');
    world.people.signUp('nova');
    await world.people.invite('nova');
    await world.people.accept('nova');
    await world.people.joinTeam('nova', 'prod-oncall');
    expect((await connector().observe(oncall)).has(nova)).toBe(true);

    await connector().revoke(oncall, nova);
    expect(await holders()).toEqual([await idOf('nova')]);
    await world.people.leaveTeam('nova', 'prod-oncall');
  });

  test('gives to an account by the login that it has now', async () => {
    const otto = await idOf('otto');
    world.people.rename('otto', 'otto-2');
    world.people.signUp('otto');
    expect(await connector().grant(oncall, otto, until)).toEqual({ ok: true });
    expect(await holders()).toEqual([otto]);
    await connector().revoke(oncall, otto);
  });

  test.each(['not-there', '0', '', 'mona', '1.5', '-1'])('takes %j for no account', async (identity) => {
    await expect(connector().grant(oncall, identity, until)).rejects.toThrow('is not the id');
    await expect(connector().revoke(oncall, identity)).rejects.toThrow('is not the id');
  });

  test('undoes it where another member took the login while it was given, and tries again', async () => {
    const [petra, quinn] = [await idOf('petra'), await idOf('quinn')];
    const swapped = after(/^PUT/, () => {
      world.people.rename('petra', 'petra-2');
      world.people.rename('quinn', 'petra');
    });
    await expect(swapped.grant(oncall, petra, until)).rejects.toThrow(`account ${petra} is not in`);
    expect(await holders()).toEqual([]);
    expect(await swapped.grant(oncall, petra, until)).toEqual({ ok: true });
    expect(await holders()).toEqual([petra]);
    await connector().revoke(oncall, petra);
    expect((await connector().observe(oncall)).has(quinn)).toBe(false);
  });

  test('leaves a member who took the login where they were before', async () => {
    const [rosa, sven] = [await idOf('rosa'), await idOf('sven')];
    await connector().grant(oncall, sven, until);
    const swapped = after(/^PUT/, () => {
      world.people.rename('rosa', 'rosa-2');
      world.people.rename('sven', 'rosa');
    });
    await expect(swapped.grant(oncall, rosa, until)).rejects.toThrow(`account ${rosa} is not in`);
    expect(await holders()).toEqual([sven]);
    await connector().revoke(oncall, sven);
  });

  test('does not take for revoked whoever was renamed while they were taken out', async () => {
    const hubot = await idOf('hubot');
    await connector().grant(oncall, hubot, until);
    const renamed = after(/^DELETE/, () => world.people.rename('hubot', 'hubot-2'));
    await expect(renamed.revoke(oncall, hubot)).rejects.toThrow(`account ${hubot} is still in`);
    await renamed.revoke(oncall, hubot);
    expect(await holders()).toEqual([]);
    world.people.rename('hubot-2', 'hubot');
  });

  test('an invitation counts as held until it was taken back', async () => {
    const guest = await idOf('guest');
    await world.people.invite('guest', { teams: ['prod-oncall'] });
    expect((await connector().observe(oncall)).has(guest)).toBe(true);
    world.people.rename('guest', 'guest-2');
    await connector().revoke(oncall, guest);
    expect(await holders()).toEqual([]);
    expect((await world.person('ada').request('GET', `${membership}/guest-2`)).status).toBe(404);
  });

  test('takes back the invitation of whoever left while they were added', async () => {
    const hubot = await idOf('hubot');
    const left = after(/^PUT/, () => world.people.leave('hubot'));
    expect(await left.grant(oncall, hubot, until)).toMatchObject({ ok: false, code: 'unknown-identity' });
    expect(await holders()).toEqual([]);
    await world.people.accept('hubot');
    expect(await holders()).toEqual([]);
  });

  test('an account that is gone holds nothing, and is given nothing', async () => {
    const mona = await idOf('mona');
    await connector().grant(oncall, mona, until);
    await world.people.suspend('mona');
    await connector().revoke(oncall, mona);
    expect((await connector().observe(oncall)).has(mona)).toBe(false);
    expect(await connector().grant(oncall, mona, until)).toMatchObject({ code: 'unknown-identity' });
    world.people.reinstate('mona');
    expect((await connector().observe(oncall)).has(mona)).toBe(false);
  });

  test.each([
    ['PUT', /^PUT .*memberships/],
    ['DELETE', /^DELETE .*memberships/],
  ])('a %s whose answer was lost is done once it is tried again', async (_, at) => {
    const mona = await idOf('mona');
    const faults = world.faults({ requests: [{ at, fault: { kind: 'cut', done: true } }] });
    const again = async (step: () => Promise<unknown>) => step().catch(step);
    await again(() => connector().grant(oncall, mona, until));
    expect(await holders()).toEqual([mona]);
    await again(() => connector().revoke(oncall, mona));
    expect(await holders()).toEqual([]);
    expect(faults).toHaveLength(1);
    world.faults(null);
  });

  test.each([/^GET .*\/members/, /^GET .*\/invitations/, /^GET \/user\//])(
    'an answer that is missing is an error, never an empty team: %s',
    async (at) => {
      world.faults({
        requests: [{ at, times: 9, fault: { kind: 'server-error', status: 502, done: false } }],
      });
      await expect(connector().grant(oncall, await idOf('mona'), until)).rejects.toMatchObject({
        status: 502,
      });
      world.faults(null);
      expect(await holders()).toEqual([]);
    },
  );
});
