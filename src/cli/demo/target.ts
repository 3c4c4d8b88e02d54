import { PGlite } from '@electric-sql/pglite';
import type { SqlClient } from '../../connectors/postgres/sql-client.ts';
import type { QueryAnswer } from './step.ts';

/** The orders database: a real PostgreSQL, embedded, to which nobody has access at first. */
export interface Target {
  /** What the operator's connection reaches. */
  readonly operator: SqlClient;
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
  create role mona login;
  create role nick login;
`;

export async function openTarget(): Promise<Target> {
  const database = await PGlite.create();
  const image = await database.dumpDataDir('none');
  await database.exec(setUp);
  return {
    image,
    operator: {
      query: async (text, values) => {
        const { rows } = await database.query<Record<string, unknown>>(text, values && [...values]);
        return { rows };
      },
      close: async () => undefined,
    },
    async askAs(role, sql) {
      try {
        const rows = await database.transaction(async (transaction) => {
          await transaction.exec(`set local role ${role}`);
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
