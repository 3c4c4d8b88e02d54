import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isObject, type Json, type JsonObject } from './json-schema.ts';
import type { Problem } from './validation.ts';

/** What stands at one path of payloads, lists flattened: how often each type. */
type Place = Map<string, number>;

/** Path to place; `/commits/*` is every item of a list. */
type Places = Map<string, Place>;

interface Example {
  name: string;
  examples: JsonObject[];
}

const EXAMPLES = createRequire(import.meta.url).resolve('@octokit/webhooks-examples');
const kept = new Map<string, Places | undefined>();
let examples: readonly Example[] | undefined;

/** In what a webhook differs from those that GitHub really sent: fields that all of them have, and types that none has. */
export function exampleProblems(event: string, action: string | null, payload: Json): Problem[] {
  const name = `${event}.${action ?? ''}`;
  if (!kept.has(name)) kept.set(name, placesOfExamples(event, action));
  const seen = kept.get(name);
  if (!seen) return [];
  const ours = placesOf([payload]);
  return [
    ...[...seen]
      .filter(([path, place]) => isMissing(ours, seen, path, place))
      .map(([pointer]) => ({
        pointer,
        what: 'is missing, and stands in every example',
      })),
    ...[...ours].flatMap(([pointer, place]) => strangeTypes(pointer, place, seen.get(pointer))),
  ];
}

/** Whether GitHub sends a field wherever it sends the object around it, and the sandbox does not. */
function isMissing(ours: Places, seen: Places, path: string, place: Place): boolean {
  if (path === '' || path.endsWith('/*')) return false;
  const around = path.slice(0, path.lastIndexOf('/'));
  const objectsHere = ours.get(around)?.get('object') ?? 0;
  const objectsThere = seen.get(around)?.get('object') ?? 0;
  return total(place) >= objectsThere && total(ours.get(path)) < objectsHere;
}

function strangeTypes(pointer: string, place: Place, seen: Place | undefined): Problem[] {
  const known = [...(seen?.keys() ?? [])].filter((type) => type !== 'null');
  const strange = [...place.keys()].filter((type) => type !== 'null' && !known.includes(type));
  if (known.length === 0 || strange.length === 0) return [];
  return [{ pointer, what: `is ${strange.join(' or ')}, and in every example ${known.join(' or ')}` }];
}

/** The examples of an action, or of its whole event where it has none; undefined where the event has none either. */
function placesOfExamples(event: string, action: string | null): Places | undefined {
  examples ??= JSON.parse(readFileSync(EXAMPLES, 'utf8')) as Example[];
  const all = examples.find(({ name }) => name === event)?.examples ?? [];
  const same = all.filter((example) => (example['action'] ?? null) === action);
  const chosen = same.length > 0 ? same : all;
  return chosen.length > 0 ? placesOf(chosen) : undefined;
}

function placesOf(payloads: readonly Json[]): Places {
  const places: Places = new Map();
  const note = (path: string, value: Json): void => {
    const place = places.get(path) ?? new Map<string, number>();
    places.set(path, place.set(typeName(value), (place.get(typeName(value)) ?? 0) + 1));
    if (Array.isArray(value)) for (const item of value) note(`${path}/*`, item);
    else if (isObject(value)) for (const [name, part] of Object.entries(value)) note(`${path}/${name}`, part);
  };
  for (const payload of payloads) note('', payload);
  return places;
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function total(place: Place | undefined): number {
  return [...(place?.values() ?? [])].reduce((sum, count) => sum + count, 0);
}
