import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresConnector } from '../../src/connectors/postgres/postgres-connector.ts';
import { connectToServer } from '../../src/connectors/postgres/sql-client.ts';
import { serverUrl } from '../database/test-database.ts';
import { describeConnector } from './contract.ts';
import { openPostgresTarget, type PostgresTarget } from './postgres-target.ts';

const binding = { entitlements: ['orders_*', 'odd*'], end_sessions: true };
const until = Date.UTC(2026, 10, 23, 18);
/** Nothing listens there. */
const nowhere = 'postgres://nobody@127.0.0.1:2/nothing';

describeConnector('postgres', async () => {
  const target = await openPostgresTarget();
  await target.createRoles('orders_reader', 'payroll_reader', 'mona', 'hubot');
  return {
    connector: postgresConnector(target.client, binding),
    entitlement: { role: target.name('orders_reader') },
    forbidden: { role: target.name('payroll_reader') },
    mona: target.name('mona'),
    hubot: target.name('hubot'),
    stranger: target.name('stranger'),
    unreachable: postgresConnector(connectToServer(nowhere), binding),
    close: () => target.close(),
  };
});

describe('postgres', () => {
  let target: PostgresTarget;
  beforeAll(async () => {
    target = await openPostgresTarget();
    await target.createRoles('orders_reader', 'mona');
  });
  afterAll(() => target.close());
  const connector = () => postgresConnector(target.client, binding);

  test('takes names as names, whatever stands in them', async () => {
    const odd = ['odd"; drop role mona; --', 'oddCase Ünïcode', "odd'quote"];
    await target.createRoles(...odd);
    for (const role of odd) {
      const entitlement = { role: target.name(role) };
      const mona = target.name('mona');
      expect(await connector().grant(entitlement, mona, until)).toEqual({ ok: true });
      expect((await connector().observe(entitlement)).holders).toEqual([mona]);
      await connector().revoke(entitlement, mona);
      expect((await connector().observe(entitlement)).holders).toEqual([]);
    }
  });

  test('does not take a name for a longer one that PostgreSQL would cut', async () => {
    const long = `orders_${'x'.repeat(63 - 7 - 9)}`;
    await target.createRoles(long);
    const cut = `${target.name(long)}_and_more`;
    await expect(connector().grant({ role: cut }, target.name('mona'), until)).rejects.toThrow('role');
    expect(await connector().grant({ role: target.name('orders_reader') }, cut, until)).toMatchObject({
      code: 'unknown-identity',
    });
  });

  test('has no holders of a role that is not there, and refuses to give it', async () => {
    const missing = { role: target.name('orders_missing') };
    expect((await connector().observe(missing)).holders).toEqual([]);
    expect(await connector().grant(missing, target.name('mona'), until)).toMatchObject({
      code: 'unknown-entitlement',
    });
  });

  test.each([
    ['superuser', 'alter role ROLE superuser'],
    ['createrole', 'alter role ROLE createrole'],
    ['replication', 'alter role ROLE replication'],
    ['bypassing row security', 'alter role ROLE bypassrls'],
    ['running programs', 'grant pg_execute_server_program to ROLE'],
    ['handing out another role', 'grant pg_read_all_data to ROLE with admin option'],
  ])('gives no role with the power of %s, nor one above it', async (power, sql) => {
    const words = power.replaceAll(' ', '_');
    const [mighty, above] = [`orders_${words}`, `orders_over_${words}`];
    await target.createRoles(mighty, above);
    await target.client.query(sql.replace('ROLE', `"${target.name(mighty)}"`));
    await target.client.query(`grant "${target.name(mighty)}" to "${target.name(above)}"`);
    for (const role of [mighty, above])
      expect(await connector().grant({ role: target.name(role) }, target.name('mona'), until)).toMatchObject({
        code: 'not-allowed',
      });
  });

  test('counts direct members alone', async () => {
    await target.createRoles('orders_team');
    await target.client.query(`grant "${target.name('orders_reader')}" to "${target.name('orders_team')}"`);
    await target.client.query(`grant "${target.name('orders_team')}" to "${target.name('mona')}"`);
    const { holders } = await connector().observe({ role: target.name('orders_reader') });
    expect(holders).toEqual([target.name('orders_team')]);
  });

  test('refuses a role as a member of itself', async () => {
    const role = target.name('orders_reader');
    expect(await connector().grant({ role }, role, until)).toMatchObject({ code: 'not-allowed' });
  });

  test.runIf(serverUrl)('ends the sessions of whoever loses access, and of nobody else', async () => {
    await target.createRoles('orders_writer', 'hubot');
    const entitlement = { role: target.name('orders_writer') };
    const session = async (user: string) => {
      const url = new URL(serverUrl ?? '');
      url.username = target.name(user);
      const client = new Client({ connectionString: url.href });
      const ended = new Promise<void>((resolve) => client.once('end', resolve));
      client.on('error', () => undefined);
      await client.connect();
      return { client, ended };
    };
    const mona = await session('mona');
    const hubot = await session('hubot');
    await connector().grant(entitlement, target.name('mona'), until);
    await mona.client.query(`set role "${target.name('orders_writer')}"`);

    const gentle = postgresConnector(target.client, { ...binding, end_sessions: false });
    expect(await gentle.revoke(entitlement, target.name('mona'))).toEqual({ sessionsEnded: 0 });
    expect(await connector().revoke(entitlement, target.name('mona'))).toEqual({ sessionsEnded: 1 });
    await mona.ended;
    expect((await hubot.client.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
    await hubot.client.end();
    await hubot.ended;
  });
});
