import { openDatabase } from '../src/database/connect.ts';
import type { World } from '../src/sandbox/start.ts';
import { readerRole, team } from './organization.ts';
import type { PostgresServer } from './postgres-server.ts';

/** What access is asked for. */
export interface Target {
  /** Where the app's connector finds it, where it is a database. */
  readonly url: string | null;
  /** The logins of those who hold it, as the target itself has it: sorted. */
  holders(): Promise<string[]>;
  close(): Promise<void>;
}

/** A role of the server, and an account of everybody's there. */
export function databaseTarget({ url }: PostgresServer) {
  return async (_: World, suffix: string): Promise<Target> => {
    const admin = await openDatabase({ url });
    const roles = [readerRole(suffix), ...['mona', 'nick'].map((login) => `${login}_${suffix}`)];
    await admin.run(roles.map((role) => `create role "${role}"`).join('; '));
    return {
      url,
      async holders() {
        const { rows } = await admin.run(
          `select member.rolname::text as name from pg_auth_members
             join pg_roles role on role.oid = roleid join pg_roles member on member.oid = member
            where role.rolname = $1 order by 1`,
          [readerRole(suffix)],
        );
        return rows.map(({ name }) => String(name).replace(`_${suffix}`, ''));
      },
      async close() {
        await admin.run(roles.map((role) => `drop role "${role}"`).join('; '));
        await admin.close();
      },
    };
  };
}

/** A team of the organization. */
export async function teamTarget(world: World): Promise<Target> {
  return {
    url: null,
    async holders() {
      const { data } = await world
        .person('grace')
        .request<{ login: string }[]>('GET', `/orgs/acme/teams/${team}/members`);
      return data.map(({ login }) => login).toSorted();
    },
    close: async () => undefined,
  };
}
