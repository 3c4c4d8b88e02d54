import type { Instant } from '../requests/instant.ts';

/** What the audit log tells of. Decisions come first, then what came of them. */
export const eventKinds = [
  'policy-adopted',
  'policy-accepted',
  'policy-unaccepted',
  'grant-decided',
  'grant-refused',
  'end-moved',
  'return-decided',
  'leaver-decided',
  'removal-held',
  'removal-lifted',
  'removal-confirmed',
  'emergency-reviewed',
  'access-granted',
  'access-revoked',
  'grant-ended',
  'target-refused',
  'revert-opened',
  'revert-merged',
] as const;

export type EventKind = (typeof eventKinds)[number];

/** What is told when an event is appended; the log gives it its number. */
export interface NewEvent {
  readonly at: Instant;
  readonly kind: EventKind;
  readonly repositoryId: number;
  readonly pull: number | null;
  readonly grantId: string | null;
  /** One line for a person: what happened to what. */
  readonly subject: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** One row of the audit log, numbered in the order in which it was appended. */
export interface AuditEvent extends NewEvent {
  readonly seq: number;
}

/** Where an event's record stands in git. */
export interface Anchor {
  readonly path: string;
  /** A commit of the records branch that holds it. */
  readonly commit: string;
}
