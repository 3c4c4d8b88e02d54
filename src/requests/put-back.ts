import { isSeq } from 'yaml';
import { requestKey, type ExpandedEntry, type Preset, type RequestKey } from './access-request.ts';
import { sameMeaning } from './change-set.ts';
import { expand, expandEntry } from './expand.ts';
import { contentEnd } from './list-cuts.ts';
import { parseRequestsFile, readEntry } from './requests-file.ts';
import { nodeAt, readYaml } from './yaml-file.ts';

const path = 'access-requests.yaml';

type Templates = ReadonlyMap<string, Preset>;

/**
 * Writes an entry as a former version of the file has it in the place of what it says now, and keeps every other byte. `undefined` where one
 * of the two has no such entry, or where the former words can't stand in that place: a block inside brackets.
 */
export function putBack(
  text: string,
  former: string,
  key: RequestKey,
  templates: Templates,
): string | undefined {
  const [now, was] = [find(text, key, templates), find(former, key, templates)];
  if (!now || !was) return undefined;
  const words = former
    .slice(was.from, was.to)
    .replaceAll(`\n${' '.repeat(was.column)}`, `\n${' '.repeat(now.column)}`);
  const result = text.slice(0, now.from) + words + text.slice(now.to);
  return isWhole(result, text, former, key, templates) ? result : undefined;
}

/** Where an entry's own words stand, in offsets of the text; `column`: how far its lines are indented. */
function find(
  text: string,
  key: RequestKey,
  templates: Templates,
): { readonly from: number; readonly to: number; readonly column: number } | undefined {
  const read = readYaml(path, text);
  if ('violations' in read) return undefined;
  const list = nodeAt(read.file, ['requests']);
  if (!isSeq(list)) return undefined;
  const index = list.items.findIndex((_, position) => {
    const { entry } = readEntry(read.file, position);
    const expanded = entry && expandEntry(entry, templates);
    return expanded !== undefined && requestKey(expanded) === key;
  });
  const node = list.items[index];
  if (!node) return undefined;
  const mark = text.length - read.file.text.length;
  const from = mark + node.range[0];
  return {
    from,
    to: mark + contentEnd(read.file.text, node),
    column: from - (text.lastIndexOf('\n', from - 1) + 1),
  };
}

/** Whether the result says what the former version said of the entry, and of all others what the text says. */
function isWhole(
  result: string,
  text: string,
  former: string,
  key: RequestKey,
  templates: Templates,
): boolean {
  const [is, was, before] = [result, text, former].map((source) => entriesOf(source, templates));
  if (!is || !was || !before || is.size !== was.size) return false;
  return [...is].every(([other, entry]) => {
    const expected = (other === key ? before : was).get(other);
    return expected !== undefined && sameMeaning(entry, expected);
  });
}

function entriesOf(text: string, templates: Templates): ReadonlyMap<RequestKey, ExpandedEntry> | undefined {
  const { entries, violations } = parseRequestsFile(path, text);
  if (violations.length > 0) return undefined;
  return new Map(expand(entries, templates).entries.map((entry) => [requestKey(entry), entry]));
}
