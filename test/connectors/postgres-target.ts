import { randomBytes } from 'node:crypto';
import { PGlite } from '@electric-sql/pglite';
import { connectToServer, type SqlClient } from '../../src/connectors/postgres/sql-client.ts';
import { embeddedImage } from '../database/embedded-image.ts';
import { serverUrl } from '../database/test-database.ts';

/** A PostgreSQL with roles to be given: an embedded one, or the test server, where roles are everybody's and have names of their own. */
export interface PostgresTarget {
  readonly client: SqlClient;
  /** The name that a role has there. */
  name(role: string): string;
  createRoles(...roles: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export async function openPostgresTarget(): Promise<PostgresTarget> {
  const client = serverUrl ? connectToServer(serverUrl) : await embeddedClient();
  const suffix = randomBytes(4).toString('hex');
  const name = (role: string) => `${role}_${suffix}`;
  const created: string[] = [];
  return {
    client,
    name,
    async createRoles(...roles) {
      for (const role of roles) {
        await client.query(`create role "${name(role).replaceAll('"', '""')}" login`);
        created.push(name(role));
      }
    },
    async close() {
      for (const role of created) await client.query(`drop role "${role.replaceAll('"', '""')}"`);
      await client.close();
    },
  };
}

async function embeddedClient(): Promise<SqlClient> {
  const pglite = await PGlite.create({ loadDataDir: await embeddedImage() });
  return { query: (text, values) => pglite.query(text, values), close: () => pglite.close() };
}
