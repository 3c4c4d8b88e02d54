import { sql, type Kysely } from 'kysely';

/** When GitHub did last not let the app merge a revert pull request: it waits for a person. */
const statement = sql`alter table reverts add column merge_refused_at timestamptz`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await statement.execute(db);
}
