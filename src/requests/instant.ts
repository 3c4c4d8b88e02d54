/** A moment in time: milliseconds since the Unix epoch. */
export type Instant = number;

/** RFC 3339 in UTC, to the second: `2026-11-23T09:00:00Z`. A fraction of a second is cut off. */
export function formatInstant(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19)}Z`;
}

const grammar =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads an RFC 3339 date-time with an offset (https://www.rfc-editor.org/rfc/rfc3339#section-5.6), or `undefined`.
 * Days that do not exist (2026-02-30) and leap seconds are refused rather than rolled over.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists =
    local.getUTCMonth() === month - 1 &&
    local.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists ? Date.parse(text) : undefined;
}
