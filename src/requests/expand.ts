import { requestKey, type ExpandedEntry, type Preset, type RequestEntry } from './access-request.ts';
import type { EntryChange } from './change-set.ts';
import { didYouMean } from './nearest.ts';
import { violation, type Violation } from './violation.ts';

/**
 * Replaces templates by what they stand for, over all the files of one version. An entry with an unknown template is left out, and so is
 * one that asks for what an earlier entry asks already.
 */
export function expand(
  entries: readonly RequestEntry[],
  templates: ReadonlyMap<string, Preset>,
): { entries: ExpandedEntry[]; violations: Violation[] } {
  const violations: Violation[] = [];
  const known = new Map<string, ExpandedEntry>();
  for (const entry of entries.toSorted(byPlace)) {
    const expanded = expandEntry(entry, templates);
    const first = expanded && known.get(requestKey(expanded));
    if (!expanded) violations.push(unknownTemplate(entry, templates));
    else if (first) violations.push(duplicate(expanded, first));
    else known.set(requestKey(expanded), expanded);
  }
  return { entries: [...known.values()], violations };
}

/**
 * Entries with flaws as changes that somebody would make, each by itself: enough to look up whom they name and to say what else is wrong.
 */
export function flawedChanges(
  flawed: readonly RequestEntry[],
  templates: ReadonlyMap<string, Preset>,
): { changes: EntryChange[]; violations: Violation[] } {
  const expanded = flawed.map((entry) => expand([entry], templates));
  return {
    changes: expanded.flatMap(({ entries }) =>
      entries.map((after): EntryChange => ({ kind: 'added', key: requestKey(after), after })),
    ),
    violations: expanded.flatMap(({ violations }) => violations),
  };
}

/** The entry with what its template stands for; `undefined` where there is no such template. */
export function expandEntry(
  entry: RequestEntry,
  templates: ReadonlyMap<string, Preset>,
): ExpandedEntry | undefined {
  const { asks, duration: own, until } = entry.request;
  const preset: Preset | undefined = 'template' in asks ? templates.get(asks.template) : asks;
  if (!preset) return undefined;
  const duration = own ?? (until === undefined ? preset.duration : undefined);
  const { resource, role } = preset;
  return { ...entry, resource, role, ...(duration !== undefined && { duration }) };
}

function byPlace(a: RequestEntry, b: RequestEntry): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.start.line - b.start.line || a.start.column - b.start.column;
}

function unknownTemplate(entry: RequestEntry, templates: ReadonlyMap<string, Preset>): Violation {
  const { asks } = entry.request;
  const name = 'template' in asks ? asks.template : '';
  const place = entry.places.template ?? entry.start;
  const message = `There is no template \`${name}\`.`;
  return violation(place, 'unknown-template', message, didYouMean(name, templates.keys()));
}

function duplicate({ start, request, resource, role }: ExpandedEntry, first: ExpandedEntry): Violation {
  const { kind, name } = request.principal;
  const message = `${kind} ${name} asks for ${role} on ${resource} already at ${first.file}:${first.start.line}.`;
  return violation(
    start,
    'duplicate-request',
    message,
    'Keep one entry; to extend it, edit its duration or its end.',
  );
}
