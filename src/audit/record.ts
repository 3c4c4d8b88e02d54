import { formatInstant } from '../requests/instant.ts';
import type { AuditEvent } from './event.ts';

/** The branch of the requests repository that only the app may write. */
export const recordsBranch = 'countersign/records';

/** The audit event as it stands in git. */
export interface RecordFile {
  readonly path: string;
  readonly text: string;
}

/**
 * The record of an event: a JSON file whose path sorts as the log does. The same event always gives the same bytes, so writing a
 * record twice changes nothing and an edited row shows.
 */
export function recordOf(event: AuditEvent): RecordFile {
  const { seq, at, kind, repositoryId, pull, grantId, subject, details } = event;
  const day = formatInstant(at).slice(0, 10).replaceAll('-', '/');
  const body = {
    version: 1,
    seq,
    at: formatInstant(at),
    kind,
    repositoryId,
    pull,
    grantId,
    subject,
    details: sorted(details),
  };
  return {
    path: `records/${day}/${String(seq).padStart(9, '0')}-${kind}.json`,
    text: `${JSON.stringify(body, null, 2)}\n`,
  };
}

/** Keys in one order at every depth: the database does not keep the order in which they were written. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
