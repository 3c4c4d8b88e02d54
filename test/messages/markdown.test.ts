import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { moment, principalText, prose, quoted, table } from '../../src/messages/markdown.ts';

/** Text as somebody would write it who wants out: the characters that mean something in Markdown, mentions, line breaks. */
const nasty = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '`',
        '``',
        '|',
        '\\',
        '\n',
        '\r\n',
        '@mona',
        '#1',
        '**',
        '](',
        '<!--',
        '</td>',
        ' ',
        '\u2028',
      ),
      fc.string(),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** The runs of backticks in a text. A code span ends at the first run that is as long as the one that opened it. */
function runs(text: string): string[] {
  return [...text.matchAll(/`+/g)].map(([run]) => run);
}

describe("somebody's words in a code span", () => {
  test.each([
    ['INC-4312: stuck', '`INC-4312: stuck`'],
    ['two\nlines', '`two lines`'],
    ['a `tick`', '`` a `tick` ``'],
    ['``', '``` `` ```'],
    ['', '`  `'],
  ])('%j', (text, shown) => expect(quoted(text)).toBe(shown));

  test('never get out of it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = quoted(text);
        expect(shown).not.toMatch(/[\n\r\u2028\u2029]/);
        const [open = '', ...others] = runs(shown);
        expect(shown.startsWith(open) && shown.endsWith(open)).toBe(true);
        expect(others.indexOf(open)).toBe(others.length - 1);
      }),
    );
  });

  test('stay whole', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = quoted(text);
        const fence = runs(shown)[0]?.length ?? 0;
        // A space on both sides is part of the fence (https://spec.commonmark.org/0.31.2/#code-spans).
        const inside = shown.slice(fence, -fence).replace(/^ (.*\S.*) $/, '$1');
        expect(inside.trim()).toBe(text.replace(/\s+/g, ' ').trim());
      }),
    );
  });
});

describe('a table', () => {
  /** How GitHub takes a row apart: a backslash takes the next character with it. */
  const cells = (row: string) => row.match(/(?:\\[^]|[^|\\])+/g) ?? [];
  /** How others do: a pipe is one of the text where a backslash stands before it. */
  const simpleCells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);

  test('has the cells that it was given, whatever stands in them', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 4 }), (texts) => {
        const rows = table(['a', 'b', 'c', 'd'].slice(0, texts.length), [texts.map(quoted)]).split('\n');
        expect(rows).toHaveLength(3);
        expect(cells(rows[2] ?? '')).toHaveLength(texts.length);
        expect(simpleCells(rows[2] ?? '')).toHaveLength(texts.length);
      }),
    );
  });
});

describe('a sentence', () => {
  test.each([
    ['There is no key `reson` here.', 'There is no key `reson` here.'],
    ['@acme/owners **must** <b>', '@<!-- -->acme/owners \\*\\*must\\*\\* \\<b\\>'],
    ['key `a` @mona ![x](y)', 'key `a` @<!-- -->mona \\!\\[x\\](y)'],
    ['an open `end', 'an open `end`'],
  ])('%j', (text, shown) => expect(prose(text)).toBe(shown));

  test('holds no mention, no mark-up and no line break, whatever it is made of', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = prose(`The key \`${text}\` is not known.`);
        expect(shown).not.toMatch(/[\n\r\u2028\u2029]/);
        const outside = shown.replace(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, '').replace(/\\[^]/g, '');
        expect(outside.replaceAll('@<!-- -->', '')).not.toMatch(/[*_~#<>[\]&!|@\\]/);
      }),
    );
  });
});

test.each([
  ['user', '@mona'],
  ['team', 'team `mona`'],
  ['service_account', 'service account `mona`'],
] as const)('a %s is written %s', (kind, shown) => {
  expect(principalText({ kind, name: 'mona' })).toBe(shown);
});

test('a moment is written in UTC, to the minute', () => {
  expect(moment(Date.parse('2026-11-23T18:00:59+02:00'))).toBe('2026-11-23 16:00 UTC');
});
