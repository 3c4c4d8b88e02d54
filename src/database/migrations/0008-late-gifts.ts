import { sql, type Kysely } from 'kysely';

const statements = [
  // Until when access may still come that was asked for while the grant was live, and that nothing was heard of.
  sql`alter table grants add column late_until timestamptz`,
  sql`create index grants_late on grants (connection) where late_until is not null and state in ('revoked', 'refused')`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
