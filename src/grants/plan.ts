import type { Instant } from '../requests/instant.ts';
import { isToDecideAgain, type Grant } from './grant.ts';

/** One thing to do about a holding, and the grants that it settles. */
export type Change =
  /** Give the access in the target; `standing`: it was there before any grant. */
  | {
      readonly kind: 'grant';
      readonly grants: readonly Grant[];
      readonly until: Instant;
      readonly standing: boolean;
    }
  /** Decide again whether it may be given: only then it counts. */
  | { readonly kind: 'decide-again'; readonly grants: readonly Grant[] }
  /** Take the access away in the target. */
  | { readonly kind: 'revoke'; readonly grants: readonly Grant[] }
  /** These grants are over, and the target stays as it is: another grant, or access that stood before, keeps it; or it was never given. */
  | {
      readonly kind: 'release';
      readonly grants: readonly Grant[];
      readonly because: 'held-otherwise' | 'never-granted';
    };

/**
 * What to do about one holding. `grants` are all its grants in a live state; `held`: whether the target shows the access now.
 * The target holds access until the latest live end; access that stood before the first grant stays. A grant that ends while another is
 * still to be given is settled by the plan after that: released before, it would leave access behind that looks as if it had stood, or
 * that the target then refuses to the other. Nothing that ends waits for what is to be decided on again.
 */
export function plan(grants: readonly Grant[], held: boolean, now: Instant): Change[] {
  const over = grants.filter(({ state, expiresAt }) => state === 'revoking' || expiresAt <= now);
  const begun = grants.filter((grant) => !over.includes(grant) && grant.startsAt <= now);
  const undecided = begun.filter((grant) => isToDecideAgain(grant, now));
  const current = begun.filter((grant) => !undecided.includes(grant));
  const missing = current.filter(({ state }) => state !== 'active');
  const given = current.length > missing.length;
  const untouched = over.filter(({ state }) => state === 'scheduled');
  const ending = over.filter((grant) => !untouched.includes(grant));
  const touched = grants.filter(({ state }) => state !== 'scheduled');
  const standing = touched.length > 0 ? touched.some((grant) => grant.standing) : held;

  const changes: Change[] = undecided.length > 0 ? [{ kind: 'decide-again', grants: undecided }] : [];
  if (untouched.length > 0) changes.push({ kind: 'release', grants: untouched, because: 'never-granted' });
  if (ending.length > 0 && (given || standing))
    changes.push({ kind: 'release', grants: ending, because: 'held-otherwise' });
  if (ending.length > 0 && current.length === 0 && !standing)
    changes.push({ kind: 'revoke', grants: ending });
  if (missing.length > 0)
    changes.push({
      kind: 'grant',
      grants: missing,
      until: Math.max(...current.map(({ expiresAt }) => expiresAt)),
      standing,
    });
  return changes;
}
