import { isMap, isScalar, isSeq } from 'yaml';
import { requestKey, type Preset, type RequestKey } from './access-request.ts';
import { expandEntry } from './expand.ts';
import { blockCuts, flowCuts, type Cut } from './list-cuts.ts';
import { readEntry } from './requests-file.ts';
import { nodeAt, readYaml, type YamlFile } from './yaml-file.ts';

/**
 * Removes the entries with these keys from the text of an access-requests file, and keeps every other byte. What goes with an entry:
 * comments inside it and at the end of its lines, comment lines after it that are indented deeper than its dash, and the comment lines
 * directly above it at its own indentation; an empty line between separates a comment from the entry, and then it stays. Empty lines
 * stay. A list that loses its last entry becomes `requests: []`.
 *
 * Keys that the file does not have are nothing to remove. A file that is no valid YAML is the caller's mistake: it was parsed before.
 */
export function takeOut(
  text: string,
  keys: ReadonlySet<RequestKey>,
  templates: ReadonlyMap<string, Preset>,
): string {
  const read = readYaml('access-requests.yaml', text);
  if ('violations' in read) throw new Error(`cannot take entries out: ${read.violations[0]?.message}`);
  const { file } = read;
  const list = nodeAt(file, ['requests']);
  if (!isSeq(list)) return text;
  const goes = list.items.map((_, index) => {
    const { entry } = readEntry(file, index);
    const expanded = entry && expandEntry(entry, templates);
    return expanded !== undefined && keys.has(requestKey(expanded));
  });
  if (!goes.includes(true)) return text;
  const mark = text.slice(0, text.length - file.text.length);
  if (list.flow) return mark + without(file.text, flowCuts(file.text, list, goes));
  const rest = blockCuts(file.text, list, goes);
  if (goes.includes(false)) return mark + without(file.text, rest);
  const colon = colonAfterRequests(file);
  return `${mark}${file.text.slice(0, colon)} []${without(file.text, [{ from: 0, to: colon }, ...rest])}`;
}

/** The offset behind the colon of `requests:`. */
function colonAfterRequests({ contents }: YamlFile): number {
  const pair = isMap(contents)
    ? contents.items.find(({ key }) => isScalar(key) && key.value === 'requests')
    : undefined;
  const colon = pair?.srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  if (!colon) throw new Error('a list of requests stands without its key');
  return colon.offset + 1;
}

/** The text without the cuts, which are in order and may overlap. */
function without(text: string, cuts: readonly Cut[]): string {
  let kept = '';
  let offset = 0;
  for (const { from, to } of cuts) {
    kept += text.slice(offset, Math.max(offset, from));
    offset = Math.max(offset, to);
  }
  return kept + text.slice(offset);
}
