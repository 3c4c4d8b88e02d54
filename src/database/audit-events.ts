import { sql } from 'kysely';
import type { Anchor, AuditEvent, EventKind, NewEvent } from '../audit/event.ts';
import type { LoggedEvent } from '../audit/verify.ts';
import { currentTrace } from '../trace.ts';
import type { Queryable } from './connect.ts';
import type { Row } from './schema.ts';

/**
 * Appends an event and gives it the next number. Call it inside the transaction of what it tells of: appending waits for whoever else
 * appends, so that numbers are given in the order of commits and without gaps. Its row names the webhook that led to it, as the log does.
 */
export async function appendEvent(trx: Queryable, event: NewEvent): Promise<AuditEvent> {
  if (!trx.isTransaction) return trx.transaction().execute((own) => appendEvent(own, event));
  const [appended] = await appendEvents(trx, [event]);
  if (!appended) throw new Error('an event was not appended');
  return appended;
}

/** Appends events in their order, as `appendEvent` does each. */
export async function appendEvents(trx: Queryable, events: readonly NewEvent[]): Promise<AuditEvent[]> {
  if (events.length === 0) return [];
  const { delivery: deliveryId = null } = currentTrace();
  await sql`lock table audit_events in share row exclusive mode`.execute(trx);
  const rows = await trx
    .insertInto('auditEvents')
    .values(
      events.map((event, index) => ({
        ...event,
        seq: sql<string>`(select coalesce(max(seq), 0) from audit_events) + ${index + 1}::integer`,
        at: new Date(event.at),
        details: JSON.stringify(event.details),
        deliveryId,
      })),
    )
    .returningAll()
    .execute();
  return rows.map(eventOf);
}

/** The events of one kind that a pull request led to, in order. */
export async function eventsOfPull(
  db: Queryable,
  repositoryId: number,
  pull: number,
  kind: EventKind,
): Promise<AuditEvent[]> {
  const rows = await db
    .selectFrom('auditEvents')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('pull', '=', pull)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  return rows.map(eventOf);
}

/** The events of one kind in a repository, in order. */
export async function eventsOfKind(
  db: Queryable,
  repositoryId: number,
  kind: EventKind,
): Promise<AuditEvent[]> {
  const rows = await db
    .selectFrom('auditEvents')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  return rows.map(eventOf);
}

/** The events of one kind about these grants, in order. */
export async function eventsOfGrants(
  db: Queryable,
  grantIds: readonly string[],
  kind: EventKind,
): Promise<AuditEvent[]> {
  if (grantIds.length === 0) return [];
  const rows = await db
    .selectFrom('auditEvents')
    .selectAll()
    .where('grantId', 'in', grantIds)
    .where('kind', '=', kind)
    .orderBy('seq')
    .execute();
  return rows.map(eventOf);
}

/** The last event of these kinds in a repository. */
export async function latestEvent(
  db: Queryable,
  repositoryId: number,
  kinds: readonly EventKind[],
): Promise<AuditEvent | undefined> {
  const row = await db
    .selectFrom('auditEvents')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('kind', 'in', kinds)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && eventOf(row);
}

/** Events of a repository without a record in git yet, in order. */
export async function unrecorded(db: Queryable, repositoryId: number, limit: number): Promise<AuditEvent[]> {
  const rows = await db
    .selectFrom('auditEvents')
    .selectAll()
    .where('repositoryId', '=', `${repositoryId}`)
    .where('recordPath', 'is', null)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(eventOf);
}

/** Stores where the record of an event stands in git, once and for all: an event that has one already is left alone. */
export async function setRecord(db: Queryable, seq: number, { path, commit }: Anchor): Promise<void> {
  await db
    .updateTable('auditEvents')
    .set({ recordPath: path, recordCommit: commit })
    .where('seq', '=', `${seq}`)
    .where('recordPath', 'is', null)
    .execute();
}

/** The audit log, of one repository or of all, in order. */
export async function allEvents(db: Queryable, repositoryId?: number): Promise<LoggedEvent[]> {
  let query = db.selectFrom('auditEvents').selectAll();
  if (repositoryId !== undefined) query = query.where('repositoryId', '=', `${repositoryId}`);
  return (await query.orderBy('seq').execute()).map((row) => ({
    event: eventOf(row),
    anchor:
      row.recordPath === null || row.recordCommit === null
        ? null
        : { path: row.recordPath, commit: row.recordCommit },
  }));
}

function eventOf({
  seq,
  at,
  kind,
  repositoryId,
  pull,
  grantId,
  subject,
  details,
}: Row<'auditEvents'>): AuditEvent {
  return {
    seq: Number(seq),
    at: at.getTime(),
    kind,
    repositoryId: Number(repositoryId),
    pull,
    grantId,
    subject,
    details,
  };
}
