import type { QueryAnswer } from '../stage/target.ts';

/** What each step of the story proves, as it was read back from the sandbox, the database and the target at that moment. */
export interface Evidence {
  violation: {
    pull: number;
    annotation: { file: string; line: number; column: number; code: string; message: string };
    /** What the check's summary says would be allowed. */
    allowed: string;
  };
  corrected: { pull: number; sha: string; grants: string; approvers: string };
  'approval-refused': { reviews: readonly { by: string; reason: string }[] };
  approved: { by: string };
  'approval-voided': { sha: string; by: string; reason: string };
  'approved-again': { by: string };
  merged: { pull: number; sha: string };
  granted: { query: QueryAnswer; before: QueryAnswer; until: string };
  expired: { grant: string; expiresAt: string };
  /** The lag: how long after the end the target showed that the access was gone. */
  revoked: { query: QueryAnswer; lagMilliseconds: number };
  'revert-opened': { pull: number; diff: string };
  'revert-merged': { sha: string };
  'bypass-merged': { pull: number; sha: string; by: string };
  'bypass-reverted': { pull: number; granted: boolean; reason: string };
  'audit-verified': {
    events: number;
    records: number;
    log: readonly { at: string; kind: string; subject: string }[];
  };
}

export type StepName = keyof Evidence;

/** One step of the story; `at` is the story's clock, RFC 3339. */
export type Step = {
  [Name in StepName]: { readonly step: Name; readonly at: string } & Readonly<Evidence[Name]>;
}[StepName];

/** A step that did not turn out as the story tells it. */
export class NotAsTold extends Error {}

export function expectThat(holds: boolean, message: string, evidence?: unknown): asserts holds {
  if (!holds)
    throw new NotAsTold(
      evidence === undefined ? message : `${message}: ${JSON.stringify(evidence, null, 2)}`,
    );
}
