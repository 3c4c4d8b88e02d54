import type { PrincipalKind, RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';

/**
 * `scheduled`: decided, the target untouched. `granting`: about to be given, so the target may hold it already. `active`: given.
 * `revoking`: given, and to be taken back whatever its end says. `revoked`: observed to be gone. `refused`: the target will never take it (it
 * does not know the identity).
 */
export type GrantState = 'scheduled' | 'granting' | 'active' | 'revoking' | 'revoked' | 'refused';

/** States in which something remains to be done. */
export const liveStates = ['scheduled', 'granting', 'active', 'revoking'] as const satisfies GrantState[];

export function isLive({ state }: Pick<Grant, 'state'>): boolean {
  return liveStates.some((live) => live === state);
}

/** States in which a grant is what its request stands for: at most one grant of a request and a holder is. What is being taken back is none of them. */
export function isInForce({ state }: Pick<Grant, 'state'>): boolean {
  return state === 'scheduled' || state === 'granting' || state === 'active';
}

/** Why access ended: its time was up, the entry was taken out, who held it left, or it was never given in time. */
export type EndReason = 'expired' | 'returned' | 'left' | 'never-granted';

/** What a target can hold: one identity's membership in one entitlement of one connection. */
export interface Holding {
  readonly connection: string;
  /** The entitlement as canonical JSON (RFC 8785), to compare by. */
  readonly entitlementKey: string;
  readonly identity: string;
}

/** A principal holding an entitlement until `expiresAt`. Stored before the target is touched: its end is its revocation. */
export interface Grant extends Holding {
  /** UUID. */
  readonly id: string;
  readonly repositoryId: number;
  readonly key: RequestKey;
  readonly principal: { readonly kind: PrincipalKind; readonly id: number | null; readonly name: string };
  /** Who holds it: the principal, or a member of the team that is one. */
  readonly holder: { readonly id: number | null; readonly name: string };
  readonly resource: string;
  readonly role: string;
  readonly connector: string;
  readonly entitlement: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly ticket: string | null;
  readonly file: string;
  readonly pull: number;
  readonly mergeSha: string;
  readonly digest: string;
  readonly startsAt: Instant;
  readonly expiresAt: Instant;
  readonly state: GrantState;
  /** The target held the access before the first grant gave it: it stays when the grants end. */
  readonly standing: boolean;
  readonly endedBecause: EndReason | null;
  readonly grantedAt: Instant | null;
  readonly revokedAt: Instant | null;
  /** Given without approval, and to be reviewed: until it is, it ends when the time for the review is over. */
  readonly emergency: boolean;
  readonly reviewedAt: Instant | null;
  /** Until when an emergency lasts once it was reviewed. */
  readonly approvedUntil: Instant | null;
  /** The commit of the branch that the pull request was judged on. */
  readonly judgedAt: string | null;
  /** When it was decided last that it may be given. */
  readonly decidedAt: Instant;
  /** The accepted version of the policies that it was approved under. */
  readonly policyVersion: string;
}

/** So long a decision holds while the target can't be reached, in milliseconds (design, section 4). */
const decisionHolds = 15 * 60_000;

/** Whether it is to be decided on again before it is given: it begins after it was decided, or could not be given for long. */
export function isToDecideAgain(
  { state, startsAt, decidedAt }: Pick<Grant, 'state' | 'startsAt' | 'decidedAt'>,
  now: Instant,
): boolean {
  const waits = (state === 'scheduled' || state === 'granting') && startsAt <= now;
  return waits && (startsAt > decidedAt || now - decidedAt > decisionHolds);
}
