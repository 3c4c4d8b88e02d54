import { sql, type Kysely } from 'kysely';

/** One row: up to which delivery, by GitHub's clock, the App's failed deliveries were looked for. */
const statement = sql`create table deliveries_seen (
  only_row boolean primary key default true check (only_row),
  until timestamptz not null
)`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await statement.execute(db);
}
