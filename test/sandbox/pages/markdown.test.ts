import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { markdown } from '../../../src/sandbox/pages/markdown.ts';

/** As a browser would show it, but for the white space between tags. */
function shown(text: string): string {
  return (markdown(text) as string)
    .replaceAll(/>\s+</g, '><')
    .replace(/^<div class="markdown">/, '')
    .replace(/<\/div>$/, '');
}

test.each([
  ['# Title', '<h4>Title</h4>'],
  ['one\ntwo\n\nthree', '<p>one\ntwo</p><p>three</p>'],
  ['- **a** b\n- `c`', '<ul><li><strong>a</strong> b</li><li><code>c</code></li></ul>'],
  ['> quoted\n> twice', '<blockquote>quoted\ntwice</blockquote>'],
  ['```\n<b>\n# x\n```\nafter', '<pre>&lt;b&gt;\n# x</pre><p>after</p>'],
  ['`` a ` b ``', '<p><code>a ` b</code></p>'],
  ['`open', '<p>`open</p>'],
  ['\\*\\*plain\\*\\* \\x', '<p>**plain** \\x</p>'],
  ['@<!-- -->mona', '<p>@mona</p>'],
  ['<img src=x onerror=alert(1)>', '<p>&lt;img src=x onerror=alert(1)&gt;</p>'],
  [
    '[docs](https://example.com/?a="b")',
    '<p><a href="https://example.com/?a=&quot;b&quot;" rel="noreferrer">docs</a></p>',
  ],
  ['[x](javascript:alert(1))', '<p>[x](javascript:alert(1))</p>'],
])('%j', (text, html) => {
  expect(shown(text)).toBe(html);
});

test('a table, with a pipe in a cell', () => {
  expect(shown('| Who | As |\n| --- | --- |\n| @mona | `a\\|b` |')).toBe(
    '<div class="wide"><table><thead><tr><th scope="col">Who</th><th scope="col">As</th></tr></thead>' +
      '<tbody><tr><td>@mona</td><td><code>a|b</code></td></tr></tbody></table></div>',
  );
});

const plainTags = new Set(
  'p h4 ul li pre code strong a blockquote div table thead tbody tr th td'.split(' '),
);

test('whatever is written, nothing but the few tags comes out', () => {
  const pieces = ['<script>', '`', '``', '```', '**', '[', '](', 'https://x', ')', '"', "'", '<!--', '-->'];
  const piece = fc.constantFrom(...pieces, '|', '\n', '- ', '# ', '> ', '\\', 'a', ' ');
  const hostile = fc.array(piece, { maxLength: 60 });
  fc.assert(
    fc.property(hostile, (parts) => {
      const tags = shown(parts.join('')).matchAll(/<\/?(\w+)((?: \w+="[^"<>]*")*)>|[<>]/g);
      for (const [whole, name = ''] of tags) expect(plainTags.has(name) ? '' : whole).toBe('');
    }),
  );
});

test.each(['`', '*', '[', '<!--', '`` ` '])('a text of nothing but %s takes no time to speak of', (piece) => {
  const started = performance.now();
  shown(piece.repeat(65_535 / piece.length));
  shown(`${piece.repeat(1000)}\n`.repeat(16));
  expect(performance.now() - started).toBeLessThan(1500);
});
