import { sql, type Kysely } from 'kysely';

/** What is due whatever its instants say; without it all that wait for their end are read to find it. */
const statement = sql`create index grants_under_way on grants (state) where state in ('granting', 'revoking')`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await statement.execute(db);
}
