import { readerRole } from '../../crash/organization.ts';
import type { PostgresServer } from '../../crash/postgres-server.ts';
import { openDatabase } from '../../src/database/connect.ts';

export interface BenchTarget {
  readonly url: string;
  /** The one that requests ask for. */
  readonly role: string;
  /** The name that somebody has there. */
  nameOf(login: string): string;
  drop(): Promise<void>;
}

/** Makes a role to ask for on the server, and an account for everybody. */
export async function makeTarget(
  { url }: PostgresServer,
  suffix: string,
  logins: readonly string[],
): Promise<BenchTarget> {
  const admin = await openDatabase({ url });
  const role = readerRole(suffix);
  const nameOf = (login: string) => `${login}_${suffix}`;
  const roles = [role, ...logins.map(nameOf)];
  await admin.run(roles.map((name) => `create role "${name}"`).join('; '));
  return {
    url,
    role,
    nameOf,
    async drop() {
      await admin.run(roles.map((name) => `drop role "${name}"`).join('; '));
      await admin.close();
    },
  };
}
