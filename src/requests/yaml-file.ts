import {
  Composer,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  type CST,
  type Document,
  type Pair,
  type ParsedNode,
} from 'yaml';
import { violation, type Place, type Violation } from './violation.ts';
import { forbiddenTokens, refusedKeys } from './yaml-restrictions.ts';

/** Files above this size are refused: reading one takes a few seconds, and it holds 10,000 entries. */
export const maxFileBytes = 1536 * 1024;

/** A YAML file that was read: plain data, and where each part of it stands. */
export interface YamlFile {
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  /** An empty mapping for a file that is empty or holds comments only. */
  readonly value: unknown;
  readonly contents: ParsedNode | null;
  readonly placeAt: PlaceAt;
}

/** The place of an offset in the file's text. */
export type PlaceAt = (offset: number) => Place;

/** The keys and indexes that lead from the top of a file to one of its values. */
export type YamlPath = readonly PropertyKey[];

/** YAML 1.2 with the core schema. Duplicate keys are found by our own walk: the library's takes quadratic time. */
const options = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  uniqueKeys: false,
  keepSourceTokens: true,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** What to say of a file above the limit, read or not. */
export function tooLarge(file: string): Violation {
  const message = `The file is larger than ${maxFileBytes / 1024} KiB.`;
  const remedy = 'Split it into several files, one per team for instance.';
  return violation({ file, line: 1, column: 1 }, 'too-large', message, remedy);
}

/**
 * Reads one file strictly: anchors, tags, directives, second documents and duplicate keys are refused, and so is what the library only
 * warns of. Nothing is known of a file with violations: never take it for an empty one.
 */
export function readYaml(path: string, text: string): { file: YamlFile } | { violations: Violation[] } {
  const source = text.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file: path, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (Buffer.byteLength(text) > maxFileBytes) return { violations: [tooLarge(path)] };
  const tokens = [...new Parser(lines.addNewLine).parse(source)];
  const garbled = source.indexOf('\uFFFD');
  if (garbled >= 0) return { violations: [notUtf8(placeAt(garbled))] };
  const forbidden = forbiddenTokens(tokens, placeAt);
  if (forbidden.length > 0) return { violations: forbidden };
  const document = compose(tokens, source.length);
  const [fault] = [...document.errors, ...document.warnings];
  if (fault) {
    const message = `This is no valid YAML: ${fault.message}.`;
    const remedy = 'Correct it; indentation, colons and closing quotes are what usually goes wrong.';
    return { violations: [violation(placeAt(fault.pos[0]), 'yaml-syntax', message, remedy)] };
  }
  const refused = refusedKeys(document.contents, placeAt);
  if (refused.length > 0) return { violations: refused };
  const value: unknown = document.toJS({ maxAliasCount: 0 });
  if (value === null) return { file: { path, text: source, value: {}, contents: null, placeAt } };
  return { file: { path, text: source, value, contents: document.contents, placeAt } };
}

/** Bytes that are no UTF-8 all read as U+FFFD: different files would say the same, and could not be written back as they were. */
function notUtf8(place: Place): Violation {
  return violation(place, 'yaml-syntax', 'The file is no UTF-8 text.', 'Save it as UTF-8.');
}

/** Composes the one document. A hostile file has an error in every byte, and a stack trace for each would take most of the time. */
function compose(tokens: readonly CST.Token[], length: number): Document.Parsed {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const [document] = new Composer(options).compose(tokens, true, length);
    if (!document) throw new Error('a file was composed to no document');
    return document;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

type Pairs = ReadonlyMap<unknown, Pair<ParsedNode, ParsedNode | null>>;

/** The pairs of mappings by key: a mapping of a hundred thousand unknown keys is searched as often. */
const pairsOf = new WeakMap<ParsedNode, Pairs>();

function pairAt(node: ParsedNode | null | undefined, key: PropertyKey) {
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return undefined;
  const pairs: Pairs =
    pairsOf.get(node) ??
    new Map(node.items.map((pair) => [isScalar(pair.key) ? pair.key.value : undefined, pair]));
  pairsOf.set(node, pairs);
  return pairs.get(key);
}

/** The node of the value that `path` leads to, or `undefined` where the file has none. */
export function nodeAt(file: YamlFile, path: YamlPath): ParsedNode | null | undefined {
  return path.reduce<ParsedNode | null | undefined>(
    (node, step) =>
      isSeq<ParsedNode>(node) && typeof step === 'number' ? node.items[step] : pairAt(node, step)?.value,
    file.contents,
  );
}

/** Where the value at `path` begins; where the file has none, the value that would hold it. */
export function placeOf(file: YamlFile, path: YamlPath): Place {
  const node = nodeAt(file, path);
  if (node) return file.placeAt(node.range[0]);
  return path.length === 0 ? { file: file.path, line: 1, column: 1 } : placeOf(file, path.slice(0, -1));
}

/** Where the key stands that `path` ends with. */
export function placeOfKey(file: YamlFile, path: YamlPath): Place {
  const key = pairAt(nodeAt(file, path.slice(0, -1)), path.at(-1) ?? '')?.key;
  return key ? file.placeAt(key.range[0]) : placeOf(file, path);
}
