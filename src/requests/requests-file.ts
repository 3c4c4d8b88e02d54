import { isMap, isScalar } from 'yaml';
import { z } from 'zod';
import type { AccessRequest, EntryKey, PrincipalKind, RequestEntry } from './access-request.ts';
import { present } from './present.ts';
import { duration, instant, login, name, teamSlug, text } from './scalars.ts';
import { checkSchema, checkShape, valueAt } from './shape.ts';
import { sortViolations, violation, type Place, type Violation } from './violation.ts';
import { nodeAt, placeOf, readYaml, type YamlFile } from './yaml-file.ts';

/** One entry, as formats.md gives it. Which keys exclude each other is checked apart: `keyViolations`. */
export const entrySchema = z.strictObject({
  user: login.optional(),
  team: teamSlug.optional(),
  service_account: name.optional(),
  resource: name.optional(),
  role: name.optional(),
  template: name.optional(),
  duration: duration.optional(),
  until: instant.optional(),
  starts: instant.optional(),
  reason: text(500),
  ticket: text(100).optional(),
  emergency: z.boolean().optional(),
});

const fileSchema = z.strictObject({ requests: z.array(z.unknown()) });

type Places = RequestEntry['places'];

/** The entries of one file. */
export interface ParsedRequests {
  readonly entries: readonly RequestEntry[];
  /** What could be read of the entries with violations: enough to say what else is wrong with them, and never to be granted. */
  readonly flawed: readonly RequestEntry[];
  readonly violations: readonly Violation[];
}

/**
 * Reads one access-requests file. An entry with a violation is not among the entries, the others are; nothing is known of a file whose
 * YAML cannot be read. So a file with violations must never be compared with another version as if what is missing had been removed.
 */
export function parseRequestsFile(path: string, source: string): ParsedRequests {
  const read = readYaml(path, source);
  if ('violations' in read) return { entries: [], flawed: [], violations: read.violations };
  const { value, violations } = checkSchema(read.file, [], fileSchema);
  if (!value) return { entries: [], flawed: [], violations };
  const parsed = value.requests.map((_, index) => readEntry(read.file, index));
  return {
    entries: parsed.flatMap(({ entry }) => entry ?? []),
    flawed: parsed.flatMap(({ flawed }) => flawed ?? []),
    violations: sortViolations(parsed.flatMap((entry) => entry.violations)),
  };
}

/** Reads the entry at an index of the list: whole, or what of it can be read. */
export function readEntry(
  file: YamlFile,
  index: number,
): { entry?: RequestEntry; flawed?: RequestEntry; violations: Violation[] } {
  const path = ['requests', index];
  const { value, violations } = checkShape(file, path, entrySchema);
  const start = placeOf(file, path);
  const places = valuePlaces(file, index);
  const all = [...violations, ...(isMap(nodeAt(file, path)) ? keyViolations(start, places) : [])];
  if (!value || all.length > 0) return { ...readable(file, index), violations: all };
  return { entry: { request: requestOf(value), file: file.path, start, places }, violations: [] };
}

/** What is left of a flawed entry without its flawed values, where it still says who asks for what. */
function readable(file: YamlFile, index: number): { flawed?: RequestEntry } {
  const path = ['requests', index];
  const raw = valueAt(file, path);
  if (!isMap(nodeAt(file, path)) || typeof raw !== 'object' || raw === null) return {};
  const sound = Object.entries(raw).filter(([key, value]) => {
    const schema: z.ZodType | undefined = entrySchema.shape[key as EntryKey];
    return schema?.safeParse(value).success;
  });
  const { success, data } = entrySchema.safeParse({ reason: '-', ...Object.fromEntries(sound) });
  if (!success || !principalKeys.some((key) => data[key])) return {};
  if (data.template === undefined && (data.resource === undefined || data.role === undefined)) return {};
  const known = new Set(sound.map(([key]) => key));
  const places = Object.fromEntries(
    Object.entries(valuePlaces(file, index)).filter(([key]) => known.has(key)),
  );
  return { flawed: { request: requestOf(data), file: file.path, start: placeOf(file, path), places } };
}

function valuePlaces(file: YamlFile, index: number): Places {
  const node = nodeAt(file, ['requests', index]);
  if (!isMap(node)) return {};
  const keys = node.items.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
  return Object.fromEntries(keys.map((key) => [key, placeOf(file, ['requests', index, key])]));
}

const principalKeys = ['user', 'team', 'service_account'] as const satisfies readonly PrincipalKind[];

/** Which keys an entry has too many of, or too few. */
function keyViolations(start: Place, places: Places): Violation[] {
  const excess = (keys: readonly EntryKey[], remedy: string) => {
    const [, second] = keys
      .flatMap((key) => places[key] ?? [])
      .toSorted((a, b) => a.line - b.line || a.column - b.column);
    const given = keys.filter((key) => places[key]).map((key) => `\`${key}\``);
    const message = `The entry has ${given.join(' and ')}, which exclude each other.`;
    return second ? [violation(second, 'one-of', message, remedy)] : [];
  };
  const missing = (key: EntryKey, other: EntryKey) =>
    places[other] && !places[key] && !places.template
      ? [violation(start, 'missing-key', `The entry has \`${other}\` without \`${key}\`.`, `Add \`${key}\`.`)]
      : [];
  const absent = (keys: readonly EntryKey[], what: string, remedy: string) =>
    keys.some((key) => places[key])
      ? []
      : [violation(start, 'one-of', `The entry does not say ${what}.`, remedy)];
  return [
    ...absent(principalKeys, 'who receives the access', 'Add one of `user`, `team` or `service_account`.'),
    ...excess(principalKeys, 'Keep one; write an entry for each who needs access.'),
    ...absent(
      ['resource', 'role', 'template'],
      'what is asked for',
      'Add `resource` and `role`, or `template`.',
    ),
    ...excess(
      places.resource ? ['resource', 'template'] : ['role', 'template'],
      'Keep `resource` and `role`, or `template`.',
    ),
    ...missing('role', 'resource'),
    ...missing('resource', 'role'),
    ...excess(['duration', 'until'], 'Keep the duration or the end.'),
  ];
}

/** Of the pairs that exclude each other one is there: `keyViolations` saw to it. */
function requestOf(entry: z.output<typeof entrySchema>): AccessRequest {
  const { resource = '', role = '', template, reason, emergency = false } = entry;
  const kind = principalKeys.find((key) => entry[key] !== undefined) ?? 'user';
  return {
    principal: { kind, name: entry[kind] ?? '' },
    asks: template === undefined ? { resource, role } : { template },
    reason,
    emergency,
    ...present({ duration: entry.duration, until: entry.until, starts: entry.starts, ticket: entry.ticket }),
  };
}
