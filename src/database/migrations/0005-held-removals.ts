import { sql, type Kysely } from 'kysely';

/** Grants that a run would have ended beyond the removal limit. removal: the number of the audit event that tells of them. */
const statement = sql`create table held_removals (
  grant_id uuid not null references grants (id),
  because text not null,
  removal bigint not null,
  primary key (grant_id, because)
)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await statement.execute(db);
}
