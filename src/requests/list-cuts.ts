import { isCollection, type CST, type ParsedNode, type YAMLSeq } from 'yaml';

/** A range of offsets to remove, `to` excluded. */
export interface Cut {
  readonly from: number;
  readonly to: number;
}

/** What to remove of a list with dashes, so that the items marked in `goes` are gone: whole lines, in order. */
export function blockCuts(text: string, list: YAMLSeq, goes: readonly boolean[]): Cut[] {
  const tokens = (list.srcToken as CST.BlockSequence).items;
  const dashes = tokens.flatMap(({ start }) => start.filter(({ type }) => type === 'seq-item-ind'));
  const items = list.items as ParsedNode[];
  return items.flatMap((item, index) => {
    const dash = dashes[index];
    if (!goes[index] || !dash) return [];
    const line = lineStart(text, dash.offset);
    const indent = dash.offset - line;
    const before = index > 0 ? contentEnd(text, items[index - 1]) : 0;
    return [
      {
        from: attachedComments(text, line, before, indent),
        to: trailingComments(text, lineEnd(text, contentEnd(text, item)), indent),
      },
    ];
  });
}

/** The same for a list in brackets: whole lines where an item has them for itself, or else the item and one comma. */
export function flowCuts(text: string, list: YAMLSeq, goes: readonly boolean[]): Cut[] {
  const tokens = (list.srcToken as CST.FlowCollection).items;
  const commaAfter = (index: number) => tokens[index + 1]?.start.find(({ type }) => type === 'comma')?.offset;
  const items = list.items as ParsedNode[];
  const cuts = items.flatMap((item, index): Cut[] => {
    if (!goes[index]) return [];
    const comma = commaAfter(index);
    const start = item.range[0];
    const end = comma === undefined ? contentEnd(text, item) : comma + 1;
    const line = lineStart(text, start);
    const [, blank = '', comment = ''] = /^([ \t]*)(#[^\n]*)?/.exec(text.slice(end)) ?? [];
    const before = index > 0 ? contentEnd(text, items[index - 1]) : (list.range?.[0] ?? 0) + 1;
    const alone = before <= line && text.slice(line, start).trim() === '';
    const rest = end + blank.length + comment.length;
    if (alone && (rest === text.length || text[rest] === '\n' || text[rest] === '\r'))
      return [{ from: attachedComments(text, line, before), to: lineEnd(text, rest) }];
    if (comma !== undefined) return [{ from: start, to: rest }];
    const commaBefore = commaAfter(goes.lastIndexOf(false, index)) ?? start;
    return [
      { from: commaBefore, to: Math.min(commaBefore + 1, start) },
      { from: start - spaceBefore(text, start), to: comment === '' ? end : rest },
    ];
  });
  return cuts.toSorted((a, b) => a.from - b.from);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line break that ends the line of an offset. */
function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}

/** Where the last visible character of a node ends: comments and empty lines after it are not the node's. */
export function contentEnd(text: string, node: ParsedNode | null | undefined): number {
  if (!node) return 0;
  const [start, end] = node.range;
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1) as ParsedNode | { key: ParsedNode; value: ParsedNode | null } | undefined;
    if (last) return 'key' in last ? contentEnd(text, last.value ?? last.key) : contentEnd(text, last);
  }
  return start + text.slice(start, end).trimEnd().length;
}

/** Where the comment lines begin that stand directly above a line, not before `floor` and, for a block list, at its indentation. */
function attachedComments(text: string, line: number, floor: number, indent?: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    const [, space] = /^( *)#/.exec(text.slice(above, start)) ?? [];
    if (space === undefined || above < floor || space.length !== (indent ?? space.length)) break;
    start = above;
  }
  return start;
}

/** Where the comment lines end that follow a line and are indented deeper than `indent`; empty lines may lie between. */
function trailingComments(text: string, line: number, indent: number): number {
  let end = line;
  for (let next = line; next < text.length;) {
    const after = lineEnd(text, next);
    const content = text.slice(next, after);
    const [, space] = /^( *)#/.exec(content) ?? [];
    if (space === undefined ? content.trim() !== '' : space.length <= indent) break;
    next = after;
    if (space !== undefined) end = after;
  }
  return end;
}

function spaceBefore(text: string, offset: number): number {
  const before = text.slice(lineStart(text, offset), offset);
  return before.length - before.trimEnd().length;
}
