import { isMap, isScalar, isSeq, type CST, type ParsedNode } from 'yaml';
import { invisibleCharacter } from './suspicious-character.ts';
import { violation, type Place, type Violation, type ViolationCode } from './violation.ts';

/** How deep collections may lie in each other: no format needs more than eight. */
const maxDepth = 32;

type Refusal = readonly [code: ViolationCode, message: string, remedy: string];

/** A token of the source, or the list item or mapping pair that holds some. */
type Token = Partial<CST.Token> & { readonly source?: string };

/**
 * What YAML knows and the formats refuse, found in the source tokens. This comes before composing, which recurses: a stack that is
 * nearly full there ends the process.
 */
export function forbiddenTokens(
  tokens: readonly CST.Token[],
  placeAt: (offset: number) => Place,
): Violation[] {
  const second = tokens.filter(({ type }) => type === 'document')[1];
  if (second) {
    const message = 'The file holds more than one YAML document.';
    const remedy = 'Keep one, and remove the `---` before the next.';
    return [violation(placeAt(second.offset), 'several-documents', message, remedy)];
  }
  const found: Violation[] = [];
  const waiting = tokens.map((token): { token: Token; depth: number } => ({ token, depth: 0 }));
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { token, depth } = next;
    const collection = token.type !== undefined && collections.has(token.type);
    const refusal = collection && depth >= maxDepth ? tooDeep : refusalOf(token);
    if (refusal) found.push(violation(placeAt(token.offset ?? 0), ...refusal));
    if (refusal === tooDeep) break;
    const below = depth + (collection ? 1 : 0);
    for (const part of Object.values(token).flat())
      if (typeof part === 'object' && part !== null) waiting.push({ token: part as Token, depth: below });
  }
  return found;
}

const collections: ReadonlySet<string> = new Set(['block-map', 'block-seq', 'flow-collection']);

const tooDeep: Refusal = [
  'yaml-syntax',
  `Lists and mappings lie in each other more than ${maxDepth} deep.`,
  'Write the file as its format shows it.',
];

function refusalOf({ type, source = '' }: Token): Refusal | undefined {
  if (type === 'anchor' || type === 'alias' || (type === 'scalar' && source === '<<')) {
    const message = `\`${source}\`: anchors, aliases and merge keys are not allowed.`;
    return ['alias-not-allowed', message, 'Write the values out, so that everybody reads what is asked for.'];
  }
  if (type === 'tag')
    return [
      'tag-not-allowed',
      `The tag \`${source}\` is not allowed.`,
      'Remove it; quotes make a value a string.',
    ];
  if (type === 'explicit-key-ind')
    return ['yaml-syntax', 'Keys marked by `?` are not allowed.', 'Write `key: value`.'];
  if (type === 'directive')
    return ['yaml-syntax', `The directive \`${source}\` is not allowed.`, 'Remove it: files are YAML 1.2.'];
  const hidden = type === 'comment' ? invisibleCharacter(source) : undefined;
  return hidden === undefined
    ? undefined
    : ['suspicious-character', `The comment holds ${hidden}.`, 'Remove the character.'];
}

/** Every key that stands in its mapping a second time, and `__proto__`, which plain data cannot hold. */
export function refusedKeys(node: ParsedNode | null, placeAt: (offset: number) => Place): Violation[] {
  if (isSeq<ParsedNode>(node)) return node.items.flatMap((item) => refusedKeys(item, placeAt));
  if (!isMap<ParsedNode, ParsedNode | null>(node)) return [];
  const seen = new Set<unknown>();
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? key.value : undefined;
    const refusal = seen.has(name) ? again(name) : name === '__proto__' ? reserved : undefined;
    seen.add(name);
    const found = refusal ? [violation(placeAt(key.range[0]), ...refusal)] : [];
    return [...found, ...refusedKeys(value, placeAt)];
  });
}

const reserved: Refusal = ['unknown-key', '`__proto__` is a key nowhere.', 'Remove it.'];

const again = (name: unknown): Refusal => [
  'duplicate-key',
  `The key \`${String(name)}\` stands here a second time.`,
  'Keep one of the two.',
];
