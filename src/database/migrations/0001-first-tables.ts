import { sql, type Kysely } from 'kysely';

const statements = [
  // What was accepted: a delivery that GitHub repeats is recognised by its id.
  sql`create table deliveries (
    id text primary key,
    event text not null,
    action text,
    repository_id bigint not null,
    received_at timestamptz not null
  )`,

  // head_sha: the last commit of the default branch that was decided on. accepted_sha: the commit whose control files are in force.
  sql`create table repositories (
    id bigint primary key,
    name text not null,
    branch text not null,
    head_sha text,
    accepted_sha text,
    updated_at timestamptz not null
  )`,

  // The digest is what the reviewer saw, taken when the review arrived; null: not seen in time, so the review does not count.
  sql`create table reviews (
    repository_id bigint not null,
    pull integer not null,
    review_id bigint not null,
    person_id bigint not null,
    person_login text not null,
    state text not null check (state in ('approved', 'changes_requested', 'commented', 'dismissed')),
    submitted_at timestamptz not null,
    head_sha text not null,
    digest text,
    stored_at timestamptz not null,
    primary key (repository_id, pull, review_id)
  )`,

  // A grant is its own revocation: its end stands in the row before the target is touched.
  sql`create table grants (
    id uuid primary key default gen_random_uuid(),
    repository_id bigint not null,
    request_key text not null,
    principal_kind text not null check (principal_kind in ('user', 'team', 'service_account')),
    principal_id bigint,
    principal_name text not null,
    resource text not null,
    role text not null,
    connector text not null,
    connection text not null,
    entitlement jsonb not null,
    entitlement_key text not null,
    identity text not null,
    reason text not null,
    ticket text,
    file text not null,
    pull integer not null,
    merge_sha text not null,
    digest text not null,
    starts_at timestamptz not null,
    expires_at timestamptz not null check (expires_at > starts_at),
    state text not null check (state in ('scheduled', 'granting', 'active', 'revoking', 'revoked', 'refused')),
    standing boolean not null,
    ended_because text,
    granted_at timestamptz,
    revoked_at timestamptz,
    last_error text,
    attempts integer not null default 0,
    created_at timestamptz not null
  )`,

  // Expiry is a query: what is live, by its end and by its start.
  sql`create index grants_by_end on grants (expires_at) where state in ('scheduled', 'granting', 'active', 'revoking')`,
  sql`create index grants_by_start on grants (starts_at) where state = 'scheduled'`,
  sql`create index grants_by_holding on grants (connection, entitlement_key, identity)`,
  // What is being taken back no longer stands in the way of a new grant for the same request.
  sql`create unique index grants_one_per_request on grants (repository_id, request_key)
    where state in ('scheduled', 'granting', 'active')`,

  // The pull requests that take entries out again.
  sql`create table reverts (
    id bigint generated always as identity primary key,
    repository_id bigint not null,
    pull integer,
    branch text,
    state text not null check (state in ('wanted', 'open', 'merged', 'closed')),
    reason text not null,
    grant_id uuid references grants (id),
    request_key text not null,
    file text not null,
    source_pull integer,
    merged_sha text,
    created_at timestamptz not null
  )`,
  sql`create index reverts_under_way on reverts (repository_id, request_key) where state in ('wanted', 'open')`,

  // Numbered without gaps by whoever appends, so that a missing row shows.
  sql`create table audit_events (
    seq bigint primary key,
    at timestamptz not null,
    kind text not null,
    repository_id bigint not null,
    pull integer,
    grant_id uuid,
    subject text not null,
    details jsonb not null,
    delivery_id text,
    record_path text,
    record_commit text,
    check ((record_path is null) = (record_commit is null))
  )`,
  sql`create index audit_events_unrecorded on audit_events (repository_id, seq) where record_path is null`,
  sql`create index audit_events_by_grant on audit_events (grant_id)`,

  // Append only: where an event's record stands is written once, and nothing else ever changes.
  sql`create function refuse_to_change_audit_events() returns trigger language plpgsql as $$
    begin
      if tg_op = 'UPDATE' and old.record_path is null
        and to_jsonb(new) - 'record_path' - 'record_commit' = to_jsonb(old) - 'record_path' - 'record_commit'
      then
        return new;
      end if;
      raise exception 'audit events are append only' using errcode = 'integrity_constraint_violation';
    end
  $$`,
  sql`create trigger audit_events_append_only before update or delete on audit_events
    for each row execute function refuse_to_change_audit_events()`,
  sql`create trigger audit_events_never_emptied before truncate on audit_events
    for each statement execute function refuse_to_change_audit_events()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await statement.execute(db);
}
