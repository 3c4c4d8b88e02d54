import { formatDuration } from '../requests/duration.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { placeOf, type YamlFile } from '../requests/yaml-file.ts';
import type { RoleShape } from './resource-schema.ts';

type DurationKey = 'min_duration' | 'default_duration' | 'max_duration' | 'max_continuous';

/** The first may not be longer than the second. */
const order: readonly (readonly [DurationKey, DurationKey])[] = [
  ['min_duration', 'default_duration'],
  ['min_duration', 'max_duration'],
  ['default_duration', 'max_duration'],
  ['max_duration', 'max_continuous'],
];

/** Roles whose own values contradict each other. */
export function boundViolations(file: YamlFile, roles: Readonly<Record<string, RoleShape>>): Violation[] {
  return Object.entries(roles).flatMap(([name, role]) =>
    durationViolations(file, name, role).concat(hoursViolations(file, name, role)),
  );
}

function durationViolations(file: YamlFile, name: string, role: RoleShape): Violation[] {
  return order.flatMap(([lower, upper]) => {
    const [low, high] = [role[lower], role[upper]];
    if (low === undefined || high === undefined || low <= high) return [];
    const message = `\`${lower}\` is longer than \`${upper}\`, ${formatDuration(high)}.`;
    const place = placeOf(file, ['roles', name, lower]);
    return [violation(place, 'duration-too-long', message, `Shorten it, or raise \`${upper}\`.`)];
  });
}

function hoursViolations(file: YamlFile, name: string, { hours = [] }: RoleShape): Violation[] {
  const path = ['roles', name, 'hours'];
  const windows = Array.isArray(hours) ? hours : [hours];
  return windows.flatMap(({ from, to }, index) => {
    if (from !== to) return [];
    const place = placeOf(file, [...path, ...(Array.isArray(hours) ? [index] : []), 'to']);
    const message = `\`from\` and \`to\` are both ${to}, so that the window is empty.`;
    return [
      violation(
        place,
        'end-before-start',
        message,
        'Write when it ends; the next day if that is before `from`.',
      ),
    ];
  });
}
