import { isMap, isScalar, isSeq, type ParsedNode } from 'yaml';
import { suspiciousCharacter } from './suspicious-character.ts';
import { violation, type Violation } from './violation.ts';
import type { YamlFile } from './yaml-file.ts';

/** Words that are truth values to many YAML readers, and texts to YAML 1.2. */
const ambiguous = /^(?:yes|no|on|off)$/i;

/** What of YAML's plain keys would be no text as a value. */
const noText = /^(?:null|true|false|~|[-+]?\.?\d[\d._]*(?:e[-+]?\d+)?|0[xo][\da-f]+|\.(?:inf|nan))$/i;

/** Texts that mislead: plain words that not every reader takes for text, and characters that look like others or like nothing. */
export function misleadingTexts(file: YamlFile, node: ParsedNode | null, isKey = false): Violation[] {
  if (isSeq<ParsedNode>(node)) return node.items.flatMap((item) => misleadingTexts(file, item));
  if (isMap<ParsedNode, ParsedNode | null>(node))
    return node.items.flatMap(({ key, value }) => [
      ...misleadingTexts(file, key, true),
      ...misleadingTexts(file, value),
    ]);
  if (!isScalar(node) || typeof node.value !== 'string') return [];
  const place = file.placeAt(node.range[0]);
  if (node.type === 'PLAIN' && (ambiguous.test(node.value) || (isKey && noText.test(node.value)))) {
    const message = `\`${node.value}\` without quotes is no text to every reader of YAML.`;
    return [
      violation(
        place,
        'wrong-type',
        message,
        `Put it in quotes: "${node.value}"; a truth value is true or false.`,
      ),
    ];
  }
  const found = suspiciousCharacter(node.value);
  const remedy = 'Type the value anew, with the letters that it is meant to have.';
  return found ? [violation(place, 'suspicious-character', `The value holds ${found}.`, remedy)] : [];
}
