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
  /** `null` for a number that no row has. */
  readonly path: string | null;
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
 * each show. `log` is whole, since its numbers may have no gap; where it tells of several repositories, `repositoryId` names the one whose
 * records these are. What nothing comes after can be cut off unseen as long as it has no record.
 */
export function verify(log: readonly LoggedEvent[], records: Records, repositoryId?: number): Verification {
  const rows = log.filter(({ event }) => repositoryId === undefined || event.repositoryId === repositoryId);
  const held = rows.map((row) => ({ ...row, record: recordOf(row.event) }));
  const told = new Set(held.map(({ record }) => record.path));
  return {
    events: rows.length,
    records: records.size,
    anchored: held.filter(({ record }) => records.get(record.path) === record.text).length,
    pending: held.filter(({ record, anchor }) => !anchor && !records.has(record.path)).length,
    discrepancies: [
      ...held.flatMap(({ event, anchor, record }) => {
        const found = records.get(record.path);
        if (found === record.text || (found === undefined && !anchor)) return [];
        return found === undefined
          ? [{ seq: event.seq, path: anchor?.path ?? record.path, problem: gone }]
          : [{ seq: event.seq, path: record.path, problem: 'the row differs from its record in git' }];
      }),
      ...missingNumbers(log).map((seq) => ({
        seq,
        path: null,
        problem: 'no row has this number: one was deleted',
      })),
      ...[...records.keys()]
        .filter((path) => !told.has(path))
        .map((path) => ({ seq: null, path, problem: 'no row of the database tells of this record' })),
    ],
  };
}

const gone = 'the record is gone from git, or the row was edited';

/** The log counts from 1 without gaps. */
function missingNumbers(log: readonly LoggedEvent[]): number[] {
  const numbers = new Set(log.map(({ event }) => event.seq));
  const last = Math.max(0, ...numbers);
  return Array.from({ length: last }, (_, index) => index + 1).filter((seq) => !numbers.has(seq));
}
