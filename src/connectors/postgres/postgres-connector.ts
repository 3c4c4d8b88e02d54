import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { matchesGlob } from '../../policies/pattern.ts';
import type { Entitlement } from '../../policies/policy-set.ts';
import { refused, type Connector, type GrantOutcome } from '../connector.ts';
import type { SqlClient } from './sql-client.ts';

/** Membership in a role. PostgreSQL cuts names after 63 bytes. */
export const postgresEntitlement = z.strictObject({ role: z.string().regex(/^[^\0]{1,63}$/) });

export const postgresConnection = z.strictObject({
  connector: z.literal('postgres'),
  url: z.url({ protocol: /^postgres(ql)?$/, error: 'postgres://user:password@host/database' }),
  /** The roles that may be given. */
  entitlements: z.array(z.string().min(1)).min(1),
  /** End the sessions of whoever loses access: an open one could go on under `SET ROLE`. */
  end_sessions: z.boolean().default(true),
});

/** Gives and takes membership in the roles of a PostgreSQL server (https://www.postgresql.org/docs/current/role-membership.html). */
export function postgresConnector(
  client: SqlClient,
  { entitlements, end_sessions }: Pick<z.output<typeof postgresConnection>, 'entitlements' | 'end_sessions'>,
): Connector {
  async function holders(role: string): Promise<string[]> {
    const { rows } = await client.query(
      // By the catalog's indexes, which know names alone: a name is cut after 63 bytes, and another one is none of this role's.
      `select distinct member.rolname::text as name
         from pg_auth_members
         join pg_roles member on member.oid = member
        where roleid = (select oid from pg_roles where rolname = $1::text::name and rolname::text = $1::text)
        order by name`,
      [role],
    );
    return rows.map(({ name }) => z.string().parse(name));
  }

  return {
    async observe(entitlement) {
      const names = await holders(roleIn(entitlement));
      const held = new Set(names);
      return { holders: names, has: (identity) => held.has(identity) };
    },
    async grant(entitlement, identity) {
      const role = roleIn(entitlement);
      const refusal = await refusalOf(client, entitlements, role, identity);
      if (refusal) return refusal;
      // Since version 16 a second membership would stand beside one that somebody else gave, and stay when that one goes.
      if (!(await holders(role)).includes(identity))
        await client.query(`grant ${escapeIdentifier(role)} to ${escapeIdentifier(identity)}`);
      return { ok: true };
    },
    async revoke(entitlement, identity) {
      const role = roleIn(entitlement);
      if (!allowed(entitlements, role))
        throw new Error(`this connection may not touch ${role}: put it back under its entitlements`);
      if ((await holders(role)).includes(identity))
        await client.query(`revoke ${escapeIdentifier(role)} from ${escapeIdentifier(identity)}`);
      return { sessionsEnded: end_sessions ? await endSessions(client, identity) : 0 };
    },
    close: () => client.close(),
  };
}

function roleIn(entitlement: Entitlement): string {
  return postgresEntitlement.parse(entitlement).role;
}

function allowed(globs: readonly string[], role: string): boolean {
  return globs.some((glob) => matchesGlob(glob, role));
}

/**
 * Membership lets its holder do whatever the role, or any role that it is a member of, may do: none of them may rule the server, run
 * programs on it, or hand out roles.
 */
const powers = `
  select candidate.rolname::text as name,
         candidate.rolsuper or candidate.rolcreaterole or candidate.rolreplication or candidate.rolbypassrls
         or candidate.rolname in ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
         or exists (select from pg_auth_members where member = candidate.oid and admin_option) as rules
    from pg_roles role
    join pg_roles candidate on pg_has_role(role.oid, candidate.oid, 'member')
   where role.rolname::text = $1::text`;

async function refusalOf(
  client: SqlClient,
  globs: readonly string[],
  role: string,
  identity: string,
): Promise<GrantOutcome | undefined> {
  if (!allowed(globs, role))
    return refused('not-allowed', `the connection may not give the database role ${role}`);
  const { rows } = await client.query(`select name, rules from (${powers}) as powers`, [role]);
  if (rows.length === 0) return refused('unknown-entitlement', `the database has no role ${role}`);
  const ruling = rows.find(({ rules }) => rules === true);
  if (ruling)
    return refused(
      'not-allowed',
      `the database role ${role} has the powers of ${String(ruling['name'])}, which rules over the server or over other roles`,
    );
  const known = await client.query('select 1 from pg_roles where rolname::text = $1::text', [identity]);
  if (identity === role) return refused('not-allowed', `${role} can't be a member of itself`);
  if (known.rows.length === 0) return refused('unknown-identity', `the database has no user ${identity}`);
  return undefined;
}

async function endSessions(client: SqlClient, identity: string): Promise<number> {
  const { rows } = await client.query(
    `select count(*)::integer as ended
       from (select pg_terminate_backend(pid) as done from pg_stat_activity
              where usename::text = $1::text and pid <> pg_backend_pid()) as sessions
      where done`,
    [identity],
  );
  return z.number().parse(rows[0]?.['ended']);
}
