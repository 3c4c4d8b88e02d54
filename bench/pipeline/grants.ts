import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../../src/database/connect.ts';

/** Grants put straight into the database, as if they had been given an hour ago. */
export interface Planted {
  readonly repositoryId: number;
  readonly count: number;
  /** The roles and the people of the target that they are spread over: every person gets each role before the next one does. */
  readonly roles: readonly string[];
  /** SQL of the instant at which the nth ends, which `n` numbers from 0. */
  readonly expiresAt: string;
  /** SQL of the identity, by `n`. */
  readonly identity: string;
  /** Sets these apart from others. */
  readonly name: string;
}

export async function plantGrants(
  database: Database,
  { repositoryId, count, roles, expiresAt, identity, name }: Planted,
): Promise<void> {
  await database.run(
    `insert into grants (repository_id, request_key, principal_kind, principal_id, principal_name, holder_id, holder_name, resource, role,
            connector, connection, entitlement, entitlement_key, identity, reason, file, pull, merge_sha, digest, starts_at, expires_at,
            state, standing, granted_at, created_at, decided_at, policy_version)
     select $1, $2 || n, 'user', 1000000 + n, $2 || n, 1000000 + n, $2 || n, 'database', 'holder', 'postgres', 'orders-db',
            jsonb_build_object('role', role), '{"role":"' || role || '"}', ${identity}, 'INC-1: look', 'access-requests.yaml', 1, '', '',
            now() - interval '1 hour', ${expiresAt}, 'active', false, now() - interval '1 hour', now() - interval '1 hour',
            now() - interval '1 hour', ''
       from generate_series(0, $3::integer - 1) n,
            lateral (select ($4::text[])[1 + n % cardinality($4::text[])] as role) roles`,
    [repositoryId, name, count, roles],
  );
  await database.run('analyze grants');
}

/** How long after its end each grant was seen to be gone, in milliseconds, in the order of their ends. Throws where one is not. */
export async function lagsOf(database: Database): Promise<number[]> {
  const { rows } = await database.run(
    `select extract(epoch from revoked_at - expires_at) * 1000 as lag from grants
      where expires_at < now() order by expires_at, revoked_at`,
  );
  return rows.map(({ lag }) => {
    if (lag === null) throw new Error('a grant whose time is up was not taken back');
    return Number(lag);
  });
}

/** Waits until a time, and until no grant is left whose time is up. */
export async function overBy(database: Database, instant: number): Promise<void> {
  await wait(Math.max(0, instant - Date.now()));
  for (;;) {
    const { rows } = await database.run(
      `select from grants where state in ('scheduled', 'granting', 'active', 'revoking') and expires_at < now() limit 1`,
    );
    if (rows.length === 0) return;
    await wait(200);
  }
}
