import { PGlite } from '@electric-sql/pglite';
import { escapeIdentifier } from 'pg';
import type { SqlClient } from '../../connectors/postgres/sql-client.ts';

/** The answer to one query asked under somebody's authorization. */
export type QueryAnswer =
  | { readonly sql: string; readonly allowed: true; readonly rows: readonly Record<string, unknown>[] }
  | { readonly sql: string; readonly allowed: false; readonly error: string };

/** A member of one of the roles. */
export interface Holder {
  readonly role: string;
  readonly member: string;
}

/** The orders database: a real PostgreSQL, embedded, to which nobody has access at first. */
export interface Target {
  /** What the operator's connection reaches. */
  readonly operator: SqlClient;
  /** Who holds the roles that can be asked for, as the database itself has it: sorted. */
  holders(): Promise<readonly Holder[]>;
  /** Asks a query under somebody's authorization. */
  askAs(role: string, sql: string): Promise<QueryAnswer>;
  /** A dump of the empty database: a second one starts from it sooner than from nothing. */
  readonly image: Blob;
  close(): Promise<void>;
}

const setUp = `
  create table orders (id int primary key, customer text not null, state text not null);
  insert into orders values (4312, 'acme', 'stuck'), (4313, 'globex', 'paid');
  create role orders_reader;
  grant select on orders to orders_reader;
  create role orders_admin;
  grant all on orders to orders_admin;
`;

const held = `
  select role.rolname::text as role, member.rolname::text as member
    from pg_auth_members
    join pg_roles role on role.oid = roleid
    join pg_roles member on member.oid = member
   where role.rolname like 'orders\\_%'
   order by 1, 2`;

/** Opens the database; the people have an account there and may do nothing. */
export async function openTarget(people: readonly string[]): Promise<Target> {
  const database = await PGlite.create();
  const image = await database.dumpDataDir('none');
  await database.exec(setUp);
  await database.exec(people.map((login) => `create role ${escapeIdentifier(login)} login;`).join('\n'));
  return {
    image,
    operator: {
      query: async (text, values) => {
        const { rows } = await database.query<Record<string, unknown>>(text, values && [...values]);
        return { rows };
      },
      close: async () => undefined,
    },
    holders: async () => (await database.query<Holder>(held)).rows,
    async askAs(role, sql) {
      try {
        const rows = await database.transaction(async (transaction) => {
          await transaction.exec(`set local role ${escapeIdentifier(role)}`);
          return (await transaction.query<Record<string, unknown>>(sql)).rows;
        });
        return { sql, allowed: true, rows };
      } catch (error) {
        return { sql, allowed: false, error: (error as Error).message };
      }
    },
    close: () => database.close(),
  };
}
