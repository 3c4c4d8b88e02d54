import { sql, type Kysely } from 'kysely';

const statements = [
  // approved_until: until when an emergency lasts once it was reviewed. judged_at: the commit of the branch that its pull request was judged on.
  sql`alter table grants
    add column emergency boolean not null default false,
    add column reviewed_at timestamptz,
    add column approved_until timestamptz,
    add column judged_at text,
    add column holder_id bigint,
    add column holder_name text`,
  sql`update grants set holder_id = principal_id, holder_name = principal_name`,
  sql`alter table grants alter column holder_name set not null`,

  // A request for a team is one grant for each member.
  sql`drop index grants_one_per_request`,
  sql`create unique index grants_one_per_holder on grants (repository_id, request_key, identity)
    where state in ('scheduled', 'granting', 'active')`,

  // Of an edit: the commit that holds the entry as it is to be again, and the one that was refused. Null: it is to be taken out.
  sql`alter table reverts add column restore_sha text, add column refused_sha text,
    add check ((restore_sha is null) = (refused_sha is null))`,

  // What the reviewer saw, whose hash is the digest. json and not jsonb: any text can stand in it, and nothing is searched for inside.
  sql`alter table reviews add column content json`,

  // What is known of a pull request that waits. look_again_at: when something about it changes by itself; null: never.
  sql`create table pulls (
    repository_id bigint not null,
    pull integer not null,
    head_sha text not null,
    evaluated_at timestamptz not null,
    look_again_at timestamptz,
    reminded_at timestamptz,
    asked jsonb not null default '[]',
    explanation jsonb,
    primary key (repository_id, pull)
  )`,
  sql`create index pulls_to_look_at on pulls (look_again_at) where look_again_at is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
