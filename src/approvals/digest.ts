import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Decision, ResolvedRequest } from '../policies/decision.ts';
import type { ExpandedEntry, RequestKey } from '../requests/access-request.ts';
import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';

/**
 * What an entry said before the change. It is not resolved again: its resource may be gone from the policy by now, and the key names
 * principal, resource and role.
 */
export interface FormerEntry {
  readonly duration: Minutes | null;
  readonly until: Instant | null;
  readonly starts: Instant | null;
  readonly emergency: boolean;
  readonly reason: string;
  readonly ticket: string | null;
}

/** One entry before → after: `before` is null where it is added, `after` where it is removed. */
export interface ResolvedChange {
  readonly key: RequestKey;
  readonly file: string;
  readonly before: FormerEntry | null;
  readonly after: ResolvedRequest | null;
}

/** The digest of a change set: `sha256:` and 64 hexadecimal digits. Reviews are bound to it. */
export type Digest = string;

export interface DigestInput {
  readonly changes: readonly ResolvedChange[];
  /** The git object id of the accepted policy. */
  readonly policyVersion: string;
  /** Every other file that the pull request changes: path -> the blob's id in the head, or null where it is deleted. */
  readonly otherFiles: ReadonlyMap<string, string | null>;
}

/** The form of what is hashed; a new form makes every approval given under the old one void. */
const form = 2;

/**
 * The hash of exactly what is approved (design, section 4), over canonical JSON (RFC 8785). The order of changes and files makes no
 * difference.
 */
export function digestOf({ changes, policyVersion, otherFiles }: DigestInput): Digest {
  const content = canonicalize({
    form,
    policyVersion,
    changes: changes.toSorted((a, b) => compare(a.file, b.file) || compare(a.key, b.key)),
    otherFiles: [...otherFiles].toSorted(([a], [b]) => compare(a, b)),
  });
  if (content === undefined) throw new Error('a change set cannot be written as canonical JSON');
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

/**
 * What the decisions would change, or `undefined` while it is open what one of them would grant: what nobody can see, nobody can
 * approve.
 */
export function resolvedChanges(decisions: readonly Decision[]): ResolvedChange[] | undefined {
  const changes = decisions.map(resolvedChange);
  return changes.every((change) => change !== undefined) ? changes : undefined;
}

function resolvedChange({ change, request }: Decision): ResolvedChange | undefined {
  const before = change.kind === 'added' ? null : formerEntry(change.before);
  if (change.kind === 'removed') return { key: change.key, file: change.before.file, before, after: null };
  return request && { key: change.key, file: change.after.file, before, after: request };
}

function formerEntry({ request, duration }: ExpandedEntry): FormerEntry {
  const { until, starts, emergency, reason, ticket } = request;
  return {
    duration: duration ?? null,
    until: until ?? null,
    starts: starts ?? null,
    emergency,
    reason,
    ticket: ticket ?? null,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
