import { Temporal } from 'temporal-polyfill';
import { formatDuration } from '../../requests/duration.ts';
import { formatInstant, type Instant } from '../../requests/instant.ts';
import { violation, type Violation } from '../../requests/violation.ts';
import { placeIn, type Asked, type Constraint } from '../evaluation.ts';
import type { Hours } from '../policy-set.ts';
import { earliestStart } from './how-long.ts';

/** The access begins soon enough, inside the role's hours, and not in a freeze. */
export const whenGranted: Constraint = (asked) => [
  ...tooFarAhead(asked),
  ...outsideHours(asked),
  ...frozen(asked),
];

function tooFarAhead({ entry, role, context: { now } }: Asked): Violation[] {
  const { starts = now } = entry.request;
  if (starts - now <= role.maxAhead * 60_000) return [];
  const message = `The access would begin more than ${formatDuration(role.maxAhead)} from now.`;
  return [violation(placeIn(entry, 'starts'), 'too-far-ahead', message, 'Ask for it nearer the time.')];
}

function outsideHours(asked: Asked): Violation[] {
  const { entry, role } = asked;
  const start = earliestStart(asked);
  if (role.hours.length === 0 || role.hours.some((window) => isInside(window, start))) return [];
  const windows = role.hours.map(
    ({ days, from, to, timezone }) => `${days.join(', ')} ${from}–${to} ${timezone}`,
  );
  const message = `${role.name} is not granted at ${formatInstant(start)}.`;
  const remedy = `It is granted ${windows.join(' and ')}: set \`starts\`, or ask then.`;
  return [violation(placeIn(entry, 'starts'), 'outside-hours', message, remedy)];
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A window whose end is before its beginning goes on past midnight, and belongs to the day on which it begins. */
function isInside({ timezone, days, from, to }: Hours, instant: Instant): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timezone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const isOn = (date: { readonly dayOfWeek: number }) => {
    const day = weekdays[date.dayOfWeek - 1];
    return day !== undefined && days.includes(day);
  };
  if (from < to) return isOn(local) && from <= time && time < to;
  return (isOn(local) && from <= time) || (isOn(local.subtract({ days: 1 })) && time < to);
}

function frozen(asked: Asked): Violation[] {
  const { entry, resource, role, context } = asked;
  const start = earliestStart(asked);
  return context.policies.settings.freeze.flatMap(({ from, to, reason, except }) => {
    if (start < from || start >= to || except.includes(`${resource.name}:${role.name}`)) return [];
    const why = reason === undefined ? '' : ` (${reason})`;
    const message = `Nothing is granted from ${formatInstant(from)} to ${formatInstant(to)}${why}.`;
    const remedy = `Set \`starts: ${formatInstant(to)}\` or later, or ask then.`;
    return [violation(placeIn(entry, 'starts'), 'frozen', message, remedy)];
  });
}
