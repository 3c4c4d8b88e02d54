import { requestKey } from '../../requests/access-request.ts';
import { formatDuration, type Minutes } from '../../requests/duration.ts';
import { formatInstant, type Instant } from '../../requests/instant.ts';
import { violation, type Violation } from '../../requests/violation.ts';
import { placeIn, type Asked, type Constraint } from '../evaluation.ts';

const minute = 60_000;

/** The earliest moment at which the access can begin. */
export function earliestStart({ entry, context }: Asked): Instant {
  return Math.max(context.now, entry.request.starts ?? context.now);
}

/** The entry's own duration, or else the template's, or else the role's; none beside `until`. */
export function effectiveDuration({ entry, role }: Pick<Asked, 'entry' | 'role'>): Minutes | undefined {
  return entry.request.until === undefined ? (entry.duration ?? role.defaultDuration) : undefined;
}

/**
 * The access ends after it begins, and is neither too short nor too long. What is extended began when it was granted; then what is still
 * to come is held against `max_duration`, and the whole of it against `max_continuous`.
 */
export const howLong: Constraint = (asked) => {
  const { entry, role, context } = asked;
  const { until } = entry.request;
  const duration = effectiveDuration(asked);
  const place = placeIn(entry, 'duration', 'until');
  const since = context.runningSince?.get(requestKey(entry));
  const begins = since ?? earliestStart(asked);
  const ends = until ?? (duration === undefined ? undefined : begins + duration * minute);
  if (ends === undefined) {
    const message = 'The entry does not say for how long, and the role has no default.';
    return [
      violation(
        entry.start,
        'missing-key',
        message,
        `Add \`duration\`, ${formatDuration(role.maxDuration)} at most.`,
      ),
    ];
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
  if (length > role.maxDuration)
    found.push(
      violation(
        place,
        'duration-too-long',
        `The entry asks for ${asks}; at most ${formatDuration(role.maxDuration)} is allowed.`,
        `Ask for ${formatDuration(role.maxDuration)} or less; a grant that runs can be extended.`,
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

function readable(length: number): string {
  return formatDuration(Math.max(1, Math.ceil(length)));
}
