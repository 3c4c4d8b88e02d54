import { sql, type Kysely } from 'kysely';

const statements = [
  // decided_at: when it was decided last that the grant may be given. policy_version: the accepted version that it was approved under.
  sql`alter table grants add column decided_at timestamptz, add column policy_version text`,
  // Under which version is not known of what was granted before: that is not decided on again, and what did not begin yet is refused then.
  sql`update grants set decided_at = created_at, policy_version = ''`,
  sql`alter table grants alter column decided_at set not null, alter column policy_version set not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
