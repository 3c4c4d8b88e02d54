/**
 * Controls, halves of characters (which no digest can hold), bidirectional and zero-width characters, and whatever else shows nothing; line
 * breaks, tabs and emoji selectors are text.
 */
const invisible =
  /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\t\n\r]--\p{Variation_Selector}--\p{Join_Control}]|\r(?!\n)/v;

/** A joiner is text inside an emoji such as a family, a variation selector after one, and both are hidden elsewhere. */
const loose =
  /(?<![\p{Extended_Pictographic}\p{Emoji}\p{Variation_Selector}])[\p{Join_Control}\p{Variation_Selector}]/v;

/** The scripts whose letters pass for one another's. */
const scripts = [/\p{Script=Latin}/v, /\p{Script=Cyrillic}/v, /\p{Script=Greek}/v];

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `U+${hex}`;
}

/** Names the first character that a reader cannot see, if there is one. */
export function invisibleCharacter(text: string): string | undefined {
  const found = invisible.exec(text) ?? loose.exec(text);
  return found ? `the invisible character ${codePoint(found[0])}` : undefined;
}

/**
 * Names the first thing in a text that looks like something else: an invisible character, a letter of another script inside a word
 * (a Cyrillic `а` in `mona`), or a letter that is not in its composed form (Unicode NFC). Approvers decide by what they see.
 */
export function suspiciousCharacter(text: string): string | undefined {
  const hidden = invisibleCharacter(text);
  if (hidden) return hidden;
  for (const [word] of text.matchAll(/[\p{L}\p{M}]+/gv)) {
    const [first, other] = scripts.map((script) => script.exec(word)).filter((letter) => letter !== null);
    if (first && other)
      return `\`${other[0]}\` (${codePoint(other[0])}), a letter of another script than \`${first[0]}\` beside it`;
  }
  return decomposed(text);
}

/** Names the first character of a text that is not in Unicode's composed form. */
function decomposed(text: string): string | undefined {
  const composed = text.normalize('NFC');
  let offset = 0;
  for (const character of text) {
    if (!composed.startsWith(character, offset))
      return `\`${character}\` (${codePoint(character)}), which is not in its composed form (Unicode NFC)`;
    offset += character.length;
  }
  return undefined;
}
