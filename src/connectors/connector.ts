import type { Entitlement } from '../policies/policy-set.ts';
import type { Instant } from '../requests/instant.ts';

/** Who holds an entitlement in the target, directly. */
export interface Observation {
  /** Whether this identity holds it, however the target compares names. */
  has(identity: string): boolean;
  /** The target's own names, sorted. */
  readonly holders: readonly string[];
}

/** Why a target will never take a grant: it does not know the identity or the entitlement, or the entitlement must not be given. */
export type RefusalCode = 'unknown-identity' | 'unknown-entitlement' | 'not-allowed';

/** What came of a grant. A refusal is final and says why; whatever may pass is thrown. */
export type GrantOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

/**
 * The code for one kind of target, opened for one connection. Every call can be repeated and leads to the same end. A target that can't be
 * reached or does not answer as it should is an error that is thrown, and tried again: a read error is never an empty answer. No call waits for
 * ever: a target that does not answer within a time that the connector sets is such an error.
 */
export interface Connector {
  observe(entitlement: Entitlement): Promise<Observation>;
  /** Gives the entitlement; who holds it already is left as they are. `until`: for targets that can end access by themselves. */
  grant(entitlement: Entitlement, identity: string, until: Instant): Promise<GrantOutcome>;
  /** Takes the entitlement away, and ends the sessions that could use it where the target can. Who does not hold it is no error. */
  revoke(entitlement: Entitlement, identity: string): Promise<{ readonly sessionsEnded: number }>;
  close(): Promise<void>;
}

export function refused(code: RefusalCode, message: string): GrantOutcome {
  return { ok: false, code, message };
}
