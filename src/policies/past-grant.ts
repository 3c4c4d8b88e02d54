import type { PrincipalKind, RequestKey } from '../requests/access-request.ts';
import type { Instant } from '../requests/instant.ts';

/**
 * A grant of this repository that gave access, gives it, or is going to: what a target refused, and what was taken out before it began,
 * is none.
 */
export interface PastGrant {
  /** Of the entry that it was granted for, as that was written then. */
  readonly key: RequestKey;
  /** `id`: the account's or the team's, by which it is compared; `null` for service accounts, which are known by their name. */
  readonly principal: { readonly kind: PrincipalKind; readonly id: number | null; readonly name: string };
  readonly resource: string;
  readonly role: string;
  readonly startsAt: Instant;
  /** When its time is or was up, after every extension. */
  readonly expiresAt: Instant;
  /** Of an emergency: when its time would be up once it was reviewed. */
  readonly approvedUntil?: Instant | null;
  /** When the access was gone, by expiry or earlier; `null` while it is not. */
  readonly endedAt: Instant | null;
  /** Scheduled, given, or still to be taken back. */
  readonly live: boolean;
  readonly emergency: boolean;
  /** Whether somebody reviewed it as an emergency's use; means nothing for other grants. */
  readonly reviewed: boolean;
}

export type Principal = PastGrant['principal'];

/** Whether two are one, whatever they are called by now. */
export function samePrincipal(a: Principal, b: Principal): boolean {
  return a.kind === b.kind && (a.kind === 'service_account' ? a.name === b.name : a.id === b.id);
}

/** When the access was gone; of what is not yet, when it will be. */
export function endOf({ endedAt, expiresAt }: PastGrant): Instant {
  return endedAt ?? expiresAt;
}
