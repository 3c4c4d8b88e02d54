import type { AuditEvent, Anchor } from './event.ts';
import { recordOf } from './record.ts';

export interface LoggedEvent {
  readonly event: AuditEvent;
  /** `null`: no record was written yet. */
  readonly anchor: Anchor | null;
}

/** What the records branch holds at its tip: path -> text. */
export type Records = ReadonlyMap<string, string>;

export interface Discrepancy {
  /** The event's number, or `null` for a record that no row tells of. */
  readonly seq: number | null;
  readonly path: string;
  readonly problem: string;
}

export interface Verification {
  readonly events: number;
  readonly records: number;
  /** Rows that were found in git, byte for byte. */
  readonly anchored: number;
  /** Rows whose record is still to be written. */
  readonly pending: number;
  readonly discrepancies: readonly Discrepancy[];
}

/**
 * Holds the audit log against its records, row by row and record by record: an edited row, a deleted row, a missing or edited record
 * each show. The numbers of the log must have no gap that a record does not explain.
 */
export function verify(log: readonly LoggedEvent[], records: Records): Verification {
  const discrepancies: Discrepancy[] = [];
  const told = new Set<string>();
  let anchored = 0;
  for (const { event, anchor } of log) {
    const expected = recordOf(event);
    told.add(expected.path);
    const found = records.get(expected.path);
    if (found === expected.text) anchored += 1;
    else if (found !== undefined)
      discrepancies.push({
        seq: event.seq,
        path: expected.path,
        problem: 'the row differs from its record in git',
      });
    else if (anchor)
      discrepancies.push({
        seq: event.seq,
        path: anchor.path,
        problem: 'the record is gone from git, or the row was edited',
      });
  }
  for (const path of records.keys())
    if (!told.has(path))
      discrepancies.push({ seq: null, path, problem: 'no row of the database tells of this record' });
  const pending = log.filter(({ event, anchor }) => !anchor && !records.has(recordOf(event).path)).length;
  return { events: log.length, records: records.size, anchored, pending, discrepancies };
}
