import { requestKey } from '../../requests/access-request.ts';
import { formatDuration, type Minutes } from '../../requests/duration.ts';
import { formatInstant, type Instant } from '../../requests/instant.ts';
import { violation, type Violation } from '../../requests/violation.ts';
import { placeIn, type Asked, type Constraint } from '../evaluation.ts';
import { ownGrants } from '../own-grants.ts';
import { endOf } from '../past-grant.ts';

const minute = 60_000;

/** The earliest moment at which the access can begin. */
export function earliestStart({ entry, context }: Asked): Instant {
  return Math.max(context.now, entry.request.starts ?? context.now);
}

/** The entry's own duration, or else the template's, or else the role's; none beside `until`. */
export function effectiveDuration({ entry, role }: Pick<Asked, 'entry' | 'role'>): Minutes | undefined {
  return entry.request.until === undefined ? (entry.duration ?? role.defaultDuration) : undefined;
}

/** When the access would end; `undefined` where the entry does not say for how long, and the role has no default. */
export function endOfAccess(asked: Asked): Instant | undefined {
  const duration = effectiveDuration(asked);
  return (
    asked.entry.request.until ?? (duration === undefined ? undefined : beginOf(asked) + duration * minute)
  );
}

/** When the access begins, or began where the entry extends what runs. */
export function beginOf(asked: Asked): Instant {
  return runningSince(asked) ?? earliestStart(asked);
}

/** Since when access stands that the entry would extend; `undefined` where none does. */
export function runningSince({ entry, context }: Asked): Instant | undefined {
  return context.runningSince?.get(requestKey(entry));
}

/**
 * Since when the principal would have had the access: what ended less than `cooldown` before it begins anew counts as one with it
 * (design, section 4), so that deleting and adding again is worth no more than an extension.
 */
export function continuousSince(asked: Asked): Instant {
  const { cooldown = 0 } = asked.role.quota ?? {};
  return ownGrants(asked)
    .filter(({ startsAt }) => startsAt <= asked.context.now)
    .reduce(
      (since, grant) => (since - endOf(grant) < cooldown * minute ? Math.min(since, grant.startsAt) : since),
      beginOf(asked),
    );
}

/**
 * The access ends after it begins, and is neither too short nor too long. What is extended began when it was granted; then what is still
 * to come is held against `max_duration`, and the whole of it against `max_continuous`.
 */
export const howLong: Constraint = (asked) => {
  const { entry, role, context } = asked;
  const { until } = entry.request;
  const place = placeIn(entry, 'duration', 'until');
  const since = runningSince(asked);
  const begins = beginOf(asked);
  const ends = endOfAccess(asked);
  const { most, where } = longest(asked);
  if (ends === undefined) {
    const message = 'The entry does not say for how long, and the role has no default.';
    const remedy = `Add \`duration\`, ${formatDuration(most)} at most.`;
    return [violation(entry.start, 'missing-key', message, remedy)];
  }
  const from = since === undefined ? begins : Math.max(since, context.now);
  if (until !== undefined && until <= from) {
    const message = `The access would end at ${formatInstant(until)}, not after it begins at ${formatInstant(from)}.`;
    return [violation(place, 'end-before-start', message, 'Write a later end, or use `duration`.')];
  }
  const length = (ends - from) / minute;
  const whole = (ends - begins) / minute;
  const found: Violation[] = [];
  const asks = `${role.name} for ${readable(length)}`;
  if (length > most)
    found.push(
      violation(
        place,
        'duration-too-long',
        `The entry asks for ${asks}; at most ${formatDuration(most)} is allowed${where}.`,
        `Ask for ${formatDuration(most)} or less${where === '' ? '; a grant that runs can be extended' : ''}.`,
      ),
    );
  else if (whole > role.maxContinuous)
    found.push(
      violation(
        place,
        'continuous-too-long',
        `The access would last ${readable(whole)} without a break; at most ${formatDuration(role.maxContinuous)} is allowed.`,
        'Let it end, and ask anew when it is needed again.',
      ),
    );
  else found.push(...tooSoonAgain(asked, ends));
  if (role.minDuration !== undefined && whole < role.minDuration)
    found.push(
      violation(
        place,
        'duration-too-short',
        `The entry asks for ${asks}; at least ${formatDuration(role.minDuration)} is allowed.`,
        `Ask for ${formatDuration(role.minDuration)} or more.`,
      ),
    );
  return found;
};

/** The longest that may be asked for at once, and where that is. */
function longest({ entry, role: { maxDuration, emergency } }: Asked): { most: Minutes; where: string } {
  if (!entry.request.emergency || !emergency || emergency.maxDuration >= maxDuration)
    return { most: maxDuration, where: '' };
  return { most: emergency.maxDuration, where: ' in an emergency' };
}

/** Together with what ended a short while ago it would last too long. */
function tooSoonAgain(asked: Asked, ends: Instant): Violation[] {
  const { entry, role } = asked;
  const since = continuousSince(asked);
  const whole = (ends - since) / minute;
  if (since === beginOf(asked) || whole <= role.maxContinuous) return [];
  const cooldown = formatDuration(role.quota?.cooldown ?? 0);
  const message = `Less than ${cooldown} after the access before, this counts as one with it: ${readable(whole)} since ${formatInstant(since)}; at most ${formatDuration(role.maxContinuous)} is allowed.`;
  const remedy = `Ask for less, or again when ${cooldown} have passed since that access ended.`;
  return [violation(placeIn(entry, 'duration', 'until'), 'cooldown', message, remedy)];
}

function readable(length: number): string {
  return formatDuration(Math.max(1, Math.ceil(length)));
}
