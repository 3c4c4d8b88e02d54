import canonicalize from 'canonicalize';
import type { ResolvedRequest } from '../policies/decision.ts';
import { formatDuration } from '../requests/duration.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';
import type { DigestInput, ResolvedChange } from './digest.ts';

/** So many changes are told; of the others only how many they are. */
const mostTold = 4;
/** In characters: what is longer is cut. */
const longestValue = 60;

/**
 * What is another now than when somebody approved it, as phrases that can follow a colon; none where the digest is the same. Values stand
 * between backticks: they are somebody's words.
 */
export function whatChanged(seen: DigestInput, now: DigestInput): string[] {
  const changes = [
    ...entriesChanged(seen.changes, now.changes),
    ...filesChanged(seen.otherFiles, now.otherFiles),
    ...(seen.policyVersion === now.policyVersion ? [] : ['another version of the policies is in force']),
  ];
  const untold = changes.length - mostTold;
  return untold > 0 ? [...changes.slice(0, mostTold), `and ${untold} more`] : changes;
}

function entriesChanged(seen: readonly ResolvedChange[], now: readonly ResolvedChange[]): string[] {
  const [was, is] = [seen, now].map((changes) => new Map(changes.map((change) => [placeOf(change), change])));
  return placesOf(was, is).flatMap((place) => entryChanged(was?.get(place), is?.get(place)));
}

function placeOf({ key, file }: ResolvedChange): string {
  return `${key} ${file}`;
}

function entryChanged(was: ResolvedChange | undefined, is: ResolvedChange | undefined): string[] {
  if (is === undefined) return was ? [`${nameOf(was)} in ${shown(was.file)} is not changed any more`] : [];
  const place = `${nameOf(is)} in ${shown(is.file)}`;
  if (is.after === null && was?.after !== null) return [`${place} is taken out now`];
  if (is.after !== null && !was?.after) return [`${place} is asked for now`];
  if (canonicalize(was) === canonicalize(is)) return [];
  const values = is.after && was?.after ? valuesChanged(was.after, is.after) : [];
  const others = values.length > 0 ? values : ['what stands on the branch before it'];
  return [`${nameOf(is)}: ${others.join(', ')}`];
}

/** The key names principal, resource and role where nothing is asked for. */
function nameOf({ key, after }: ResolvedChange): string {
  return after ? `${after.principal.name}'s ${after.role} on ${after.resource}` : shown(key);
}

function valuesChanged(was: ResolvedRequest, is: ResolvedRequest): string[] {
  const [before, after] = [valuesOf(was), valuesOf(is)];
  return after.flatMap(([label, value], index) => {
    const former = before[index]?.[1] ?? null;
    return former === value ? [] : [`${label} ${shown(former)} → ${shown(value)}`];
  });
}

function valuesOf(request: ResolvedRequest): readonly (readonly [label: string, value: string | null])[] {
  const { principal, holders, entitlement, connector, connection, duration, until, starts } = request;
  return [
    ['duration', duration === null ? null : formatDuration(duration)],
    ['end', instant(until)],
    ['start', instant(starts)],
    ['reason', request.reason],
    ['ticket', request.ticket],
    ['emergency', request.emergency ? 'yes' : 'no'],
    ['account', `${principal.kind} ${principal.id ?? principal.name}`],
    ['held by', holders.map(({ id, name, identity }) => `${name} (${id}) as ${identity}`).join(', ')],
    ['entitlement', canonicalize(entitlement) ?? null],
    ['connection', `${connector} ${connection}`],
  ];
}

function instant(value: Instant | null): string | null {
  return value === null ? null : formatInstant(value);
}

function filesChanged(was: DigestInput['otherFiles'], is: DigestInput['otherFiles']): string[] {
  return placesOf(was, is)
    .filter((path) => was.get(path) !== is.get(path))
    .map((path) => `${shown(path)} ${is.has(path) ? 'is another' : 'is not changed any more'}`);
}

function placesOf(
  a: ReadonlyMap<string, unknown> | undefined,
  b: ReadonlyMap<string, unknown> | undefined,
): string[] {
  return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].toSorted();
}

function shown(value: string | null): string {
  if (value === null) return 'none';
  const characters = Array.from(value.replaceAll('`', "'"));
  const text = characters.slice(0, longestValue).join('');
  return `\`${text}${characters.length > longestValue ? '…' : ''}\``;
}
