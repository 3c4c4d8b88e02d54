import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { githubTeamConnector } from '../../src/connectors/github-team/github-team-connector.ts';
import type { TeamOctokit } from '../../src/connectors/github-team/team-api.ts';
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
      lena: { teams: ['prod-child'] },
      visitor: { outside: true },
      ...Object.fromEntries(crowd),
    },
    teams: {
      'prod-deployers': {},
      'prod-parent': {},
      'prod-child': { parent: 'prod-parent' },
      'prod-crowd': {},
      'prod-led': {},
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

describeConnector('github-team', async () => ({
  connector: githubTeamConnector(octokit, connection),
  entitlement: { team: 'prod-deployers' },
  forbidden: { team: 'payroll' },
  mona: 'mona',
  hubot: 'hubot',
  stranger: 'nobody-of-that-name',
  // Nothing listens there.
  unreachable: githubTeamConnector(client('http://127.0.0.1:2'), connection),
  close: async () => undefined,
}));

const connector = () => githubTeamConnector(octokit, connection);

describe('github-team', () => {
  test('compares logins whatever their case', async () => {
    const entitlement = { team: 'prod-deployers' };
    await connector().grant(entitlement, 'Mona', until);
    expect((await connector().observe(entitlement)).has('MONA')).toBe(true);
    await connector().revoke(entitlement, 'mOnA');
    expect((await connector().observe(entitlement)).has('mona')).toBe(false);
  });

  test('shows every member, however many pages they are', async () => {
    const { holders } = await connector().observe({ team: 'prod-crowd' });
    expect(holders).toHaveLength(101);
  });

  test('invites nobody who is not in the organization', async () => {
    const outcome = await connector().grant({ team: 'prod-deployers' }, 'visitor', until);
    expect(outcome).toMatchObject({ ok: false, code: 'unknown-identity' });
    const { status } = await world
      .person('ada')
      .request('GET', '/orgs/acme/teams/prod-deployers/memberships/visitor');
    expect(status).toBe(404);
  });

  test('leaves a maintainer a maintainer', async () => {
    const path = '/orgs/acme/teams/prod-led/memberships/mona';
    await world.person('ada').request('PUT', path, { role: 'maintainer' });
    expect(await connector().grant({ team: 'prod-led' }, 'mona', until)).toEqual({ ok: true });
    expect((await world.person('ada').request('GET', path)).data).toMatchObject({ role: 'maintainer' });
  });

  test('does not count the members of child teams, and gives no team that has some', async () => {
    const parent = { team: 'prod-parent' };
    expect((await connector().observe(parent)).holders).toEqual([]);
    expect(await connector().grant(parent, 'mona', until)).toMatchObject({ code: 'not-allowed' });
    await connector().revoke(parent, 'lena');
    expect((await connector().observe({ team: 'prod-child' })).holders).toEqual(['lena']);
  });

  test('takes a team that it cannot see for an error, not for an empty team', async () => {
    await expect(connector().observe({ team: 'prod-imaginary' })).rejects.toThrow('Not Found');
  });
});
