/** Every code a violation can have, as formats.md groups them. The codes are stable: people and tools match on them. */
export const violationCodes = [
  // files
  'yaml-syntax',
  'duplicate-key',
  'alias-not-allowed',
  'tag-not-allowed',
  'several-documents',
  'not-a-regular-file',
  'wrong-extension',
  'too-large',
  'mixed-change',
  'unowned-control-file',
  // shape
  'unknown-key',
  'missing-key',
  'wrong-type',
  'invalid-name',
  'suspicious-character',
  'invalid-duration',
  'invalid-instant',
  'one-of',
  'invalid-pattern',
  'invalid-condition',
  // request
  'duplicate-request',
  'unknown-resource',
  'unknown-role',
  'unknown-template',
  'unknown-principal',
  'unmapped-principal',
  'end-before-start',
  'too-far-ahead',
  // policy
  'off-limits',
  'not-a-requester',
  'not-a-principal',
  'duration-too-long',
  'duration-too-short',
  'continuous-too-long',
  'reason-mismatch',
  'ticket-mismatch',
  'outside-hours',
  'frozen',
  'quota-exceeded',
  'cooldown',
  'conflict',
  'two-factor-required',
  'signature-required',
  'condition-false',
  'condition-failed',
  'emergency-not-allowed',
  'nobody-can-approve',
  // configuration
  'connection-not-bound',
  'entitlement-not-allowed',
  'invalid-entitlement',
  'feeds-approvers',
  // warnings
  'standing-access',
  'first-request',
  'overlap',
] as const;

export type ViolationCode = (typeof violationCodes)[number];

/** A spot in a file of the requests repository: path relative to its root, 1-based line and column. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong: what (one sentence) and what to do about it (one sentence). Warnings fail nothing. */
export interface Violation extends Place {
  readonly code: ViolationCode;
  readonly message: string;
  readonly remedy: string;
  readonly severity: 'error' | 'warning';
}

export function violation(
  place: Place,
  code: ViolationCode,
  message: string,
  remedy: string,
  severity: Violation['severity'] = 'error',
): Violation {
  const { file, line, column } = place;
  return { file, line, column, code, message, remedy, severity };
}

function order(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By file, line, column, code: the order in which violations are always shown. */
export function sortViolations(violations: readonly Violation[]): Violation[] {
  return violations.toSorted(
    (a, b) =>
      order(a.file, b.file) || order(a.line, b.line) || order(a.column, b.column) || order(a.code, b.code),
  );
}

/** Whether anything stands in the way: a warning does not. */
export function hasErrors(violations: readonly Violation[]): boolean {
  return violations.some(({ severity }) => severity === 'error');
}
