import type { EntryKey, ExpandedEntry, RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';
import type { Place, Violation } from '../requests/violation.ts';
import type { Directory, Person } from './directory.ts';
import type { EntitlementSchemas } from './entitlement-schemas.ts';
import type { PastGrant } from './past-grant.ts';
import type { OpenRole, PolicySet, Resource } from './policy-set.ts';

/** A connection as the operator binds it to the repository (design, invariant 13). */
export interface BoundConnection {
  readonly connector: string;
  /** Globs in which `*` stands for anything: every name in an entitlement must match one of them. */
  readonly entitlements: readonly string[];
}

/** Everything a decision is made from. */
export interface EvaluationContext {
  readonly policies: PolicySet;
  readonly connectors: EntitlementSchemas;
  /** `null` where nobody is known, as when files are validated on a laptop: what needs people is not checked then. */
  readonly directory: Directory | null;
  /** Who asks. `null` beside a directory: an account that is gone, who may ask for nothing. */
  readonly requester: Person | null;
  readonly now: Instant;
  /** By name; `null` where the operator's file is not known: bindings are not checked then. */
  readonly connections: ReadonlyMap<string, BoundConnection> | null;
  /** The entries that stand beside the one that is evaluated: roles that conflict are looked for among them. */
  readonly held?: readonly ExpandedEntry[];
  /** Since when access stands that was granted for an entry and has not ended: a change of such an entry is an extension. */
  readonly runningSince?: ReadonlyMap<RequestKey, Instant>;
  /** What the same pull request asks for beside this entry, itself among it or not; where it is absent, everything that is held counts. */
  readonly alsoAsked?: readonly ExpandedEntry[];
  /** Every grant of this repository, past and live. `null` or absent where it is not known: what needs it is refused. */
  readonly history?: readonly PastGrant[] | null;
  /** Whether every commit of the pull request bears a signature that GitHub verified. `null` or absent where it is not known. */
  readonly commitsSigned?: boolean | null;
}

/** One entry with the role that it asks for. */
export interface Asked {
  readonly entry: ExpandedEntry;
  readonly resource: Resource;
  readonly role: OpenRole;
  readonly context: EvaluationContext;
}

/** One family of conditions: what of them the entry does not meet. */
export type Constraint = (asked: Asked) => Violation[];

/** Where the first of these values stands in the entry, or else its first line. */
export function placeIn(entry: ExpandedEntry, ...keys: readonly EntryKey[]): Place {
  return keys.map((key) => entry.places[key]).find((place) => place !== undefined) ?? entry.start;
}

/** Where the principal stands. */
export function principalPlace(entry: ExpandedEntry): Place {
  return placeIn(entry, entry.request.principal.kind);
}

/** Whether two entries name the same principal. */
export function samePrincipalNamed(a: ExpandedEntry, b: ExpandedEntry): boolean {
  const [one, other] = [a.request.principal, b.request.principal];
  return one.kind === other.kind && one.name.toLowerCase() === other.name.toLowerCase();
}
