import { html } from 'hono/html';
import type { Markup } from './layout.ts';

/**
 * What apps and people write, as GitHub would show the plainest of it: headings, lists, tables, quotations, code, bold text and links to the
 * web. All else stays text, HTML and images included.
 */
export function markdown(text: string | null | undefined): Markup {
  const lines = (text ?? '').replaceAll('\r\n', '\n').split('\n');
  const blocks: Markup[] = [];
  while (lines.length > 0) blocks.push(block(lines));
  return html`<div class="markdown">${blocks}</div>`;
}

const item = /^\s*(?:[-*]|\d+\.) /;
const heading = /^#{1,6} /;
const ruled = /^\|[\s:|-]+$/;

/** Takes one block off the front. */
function block(lines: string[]): Markup {
  const first = lines.shift() ?? '';
  const [next = ''] = lines;
  if (first.trim() === '') return html``;
  if (first.startsWith('```')) {
    const code = taken(lines, (line) => !line.startsWith('```'));
    lines.shift();
    return html`<pre>${code.join('\n')}</pre>`;
  }
  if (heading.test(first)) return html`<h4>${inline(first.replace(heading, ''))}</h4>`;
  if (first.startsWith('|') && ruled.test(next)) {
    lines.shift();
    return table(
      first,
      taken(lines, (line) => line.startsWith('|')),
    );
  }
  if (item.test(first)) {
    const items = [first, ...taken(lines, (line) => item.test(line))];
    return html`<ul>
      ${items.map((line) => html`<li>${inline(line.replace(item, ''))}</li>`)}
    </ul>`;
  }
  if (first.startsWith('>')) {
    const quotation = [first, ...taken(lines, (line) => line.startsWith('>'))];
    const words = inline(quotation.map((line) => line.replace(/^> ?/, '')).join('\n'));
    return html`<blockquote>${words}</blockquote>`;
  }
  const paragraph = taken(
    lines,
    (line) => line.trim() !== '' && !/^(?:```|\||>)/.test(line) && !item.test(line),
  );
  return html`<p>${inline([first, ...paragraph].join('\n'))}</p>`;
}

function taken(lines: string[], goesOn: (line: string) => boolean): string[] {
  const end = lines.findIndex((line) => !goesOn(line));
  return lines.splice(0, end === -1 ? lines.length : end);
}

function table(head: string, rows: readonly string[]): Markup {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          ${cells(head).map((cell) => html`<th scope="col">${inline(cell)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${cells(row).map((cell) => html`<td>${inline(cell)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

/** A pipe after a backslash is a cell's own, in a code span too (https://github.github.com/gfm/#tables-extension-). */
function cells(row: string): string[] {
  return row
    .replace(/^\||\|\s*$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.replaceAll('\\|', '|').trim());
}

/** Looking for the ends of spans takes the square of a text's length. */
const longestInline = 5000;

function inline(text: string): Markup {
  if (text.length > longestInline) return html`${text}`;
  const parts: Markup[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const span = spanAt(text, at);
    if (!span) {
      plain += text.charAt(at);
      at += 1;
      continue;
    }
    parts.push(html`${plain}`, span.markup);
    plain = '';
    at = span.end;
  }
  return html`${parts}${plain}`;
}

interface Span {
  readonly markup: Markup;
  readonly end: number;
}

function spanAt(text: string, at: number): Span | undefined {
  switch (text.charAt(at)) {
    case '\\':
      return /^[!-/:-@[-`{-~]$/.test(text.charAt(at + 1))
        ? { markup: html`${text.charAt(at + 1)}`, end: at + 2 }
        : undefined;
    case '`':
      return codeAt(text, at);
    case '*': {
      const end = text.startsWith('**', at) ? text.indexOf('**', at + 2) : -1;
      return end > at + 2
        ? { markup: html`<strong>${inline(text.slice(at + 2, end))}</strong>`, end: end + 2 }
        : undefined;
    }
    case '[':
      return linkAt(text, at);
    case '<': {
      const end = text.startsWith('<!--', at) ? text.indexOf('-->', at + 4) : -1;
      return end === -1 ? undefined : { markup: html``, end: end + 3 };
    }
    default:
      return undefined;
  }
}

/** A run of backticks, and what stands before the next run of that length. */
function codeAt(text: string, at: number): Span | undefined {
  const fence = /^`+/.exec(text.slice(at))?.[0] ?? '`';
  const runs = text.slice(at + fence.length).matchAll(/`+/g);
  for (const { 0: run, index } of runs) {
    if (run.length !== fence.length) continue;
    const code = text.slice(at + fence.length, at + fence.length + index);
    return {
      markup: html`<code>${/^ .*[^ ].* $/s.test(code) ? code.slice(1, -1) : code}</code>`,
      end: at + 2 * fence.length + index,
    };
  }
  return { markup: html`${fence}`, end: at + fence.length };
}

function linkAt(text: string, at: number): Span | undefined {
  const link = /\[([^\][]{1,300})\]\((https?:\/\/[^\s()<>]{1,1000})\)/y;
  link.lastIndex = at;
  const [whole, label = '', address = ''] = link.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return { markup: html`<a href="${address}" rel="noreferrer">${inline(label)}</a>`, end: at + whole.length };
}
