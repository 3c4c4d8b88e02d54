import type { EntryChange } from '../requests/change-set.ts';
import type { PrincipalKind, RequestKey } from '../requests/access-request.ts';
import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { Place, Violation } from '../requests/violation.ts';
import type { ApprovalRule, Entitlement } from './policy-set.ts';

/** Somebody who would hold the access: a principal, or a member of the team that is one. */
export interface Holder {
  /** The account's id; `null` for a service account. */
  readonly id: number | null;
  readonly name: string;
  /** The name that the target knows them by. */
  readonly identity: string;
}

/**
 * An access request with everything it leaves to the policy filled in: exactly what would be granted, and what the digest covers.
 */
export interface ResolvedRequest {
  readonly key: RequestKey;
  /** `id`: the account's or the team's; a service account is known by its name and has none. */
  readonly principal: { readonly kind: PrincipalKind; readonly id: number | null; readonly name: string };
  readonly resource: string;
  readonly role: string;
  readonly connector: string;
  readonly connection: string;
  readonly entitlement: Entitlement;
  /** One, or each member of a team, by account id. */
  readonly holders: readonly Holder[];
  /** Not before this instant, where the request says so. */
  readonly starts: Instant | null;
  /** Exactly one of `duration` and `until` is not null. */
  readonly duration: Minutes | null;
  readonly until: Instant | null;
  readonly emergency: boolean;
  readonly reason: string;
  readonly ticket: string | null;
  readonly file: string;
}

/** When a request that is granted at `mergedAt` begins and ends (design, section 4). */
export function grantPeriod(
  request: Pick<ResolvedRequest, 'starts' | 'duration' | 'until'>,
  mergedAt: Instant,
): { readonly start: Instant; readonly end: Instant } {
  const start = Math.max(mergedAt, request.starts ?? mergedAt);
  return { start, end: request.until ?? start + (request.duration ?? 0) * 60_000 };
}

/** What came out of evaluating one changed entry, with its reasons. A removal is always allowed and has no `request`. */
export interface Decision {
  readonly change: EntryChange;
  readonly violations: readonly Violation[];
  /** Absent when the violations leave it open what would be granted, and for removals. */
  readonly request?: ResolvedRequest;
  /** Whose code owners must approve besides those of the requests file: the policy file of the resource, unless the role says `owners: file`. */
  readonly policyFile?: string;
  readonly approvals: readonly ApprovalRule[];
  readonly distinct: boolean;
  /** Where the role stands. */
  readonly role?: Place;
  /** Nobody needs to approve this entry; whether that counts depends on who pushed, and on the other entries. Absent: somebody must. */
  readonly automatic?: boolean;
  /** Break-glass: nobody needs to approve it before, and somebody must review it within this time. */
  readonly emergency?: { readonly reviewWithin: Minutes };
  /** Every condition that was looked at, by what it is about, with what it found. */
  readonly checks?: readonly { readonly title: string; readonly violations: readonly Violation[] }[];
  /** What explains the decision and is no violation, one sentence each. */
  readonly notes?: readonly string[];
  /** What was not checked because people or bindings are not known, one sentence each. */
  readonly unchecked?: readonly string[];
}
