import { sql, type Kysely } from 'kysely';

/**
 * Every process that listens is told when grants were stored, or begin or end at another instant: nobody who stores one can forget it. The
 * payload is the schema, since channels are those of the whole database.
 */
const statements = [
  sql`create function tell_of_grants() returns trigger language plpgsql as $$
    begin
      perform pg_notify('countersign_grants', tg_table_schema);
      return null;
    end $$`,
  sql`create trigger grants_told after insert or update of starts_at, expires_at on grants
    for each statement execute function tell_of_grants()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
