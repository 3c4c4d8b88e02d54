import type { Minutes } from '../requests/duration.ts';
import type { Instant } from '../requests/instant.ts';
import type { ApprovalState } from './approval.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** How long after the reminder a request is closed. */
export const closedAfterReminder = 7 * day;

/** GitHub lets a check that is still in progress go stale after 14 days: it is looked at again before. */
const checksAreFreshFor = 13 * day;

/** An open pull request that asks for access. */
export interface Waiting {
  readonly openedAt: Instant;
  /** `null`: not yet. */
  readonly remindedAt: Instant | null;
  readonly pendingFor: Minutes;
}

export type WaitingStep =
  | { readonly kind: 'wait'; readonly until: Instant }
  | { readonly kind: 'remind'; readonly closes: Instant }
  | { readonly kind: 'close' };

/** What a request is due that nobody merged: a reminder when it has waited for `pending_for`, and a week later its end. */
export function waitingStep({ openedAt, remindedAt, pendingFor }: Waiting, now: Instant): WaitingStep {
  const reminderAt = openedAt + pendingFor * minute;
  if (remindedAt === null)
    return now < reminderAt
      ? { kind: 'wait', until: reminderAt }
      : { kind: 'remind', closes: now + closedAfterReminder };
  const closesAt = remindedAt + closedAfterReminder;
  return now < closesAt ? { kind: 'wait', until: closesAt } : { kind: 'close' };
}

/** When a pull request is to be looked at again though nobody touches it: an approval lapses, or a check would go stale. */
export function lookAgainAt({ counting }: ApprovalState, validFor: Minutes, now: Instant): Instant {
  const lapses = counting.map(({ submittedAt }) => submittedAt + validFor * minute);
  return Math.min(now + checksAreFreshFor, ...lapses.filter((lapse) => lapse > now));
}
