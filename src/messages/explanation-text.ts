import type { Explanation } from '../approvals/explanation.ts';

const marks = { yes: '✓', no: '✗', open: '…' } as const;

/** The tree of reasons as indented lines: `✗ the reason (file:line @ commit)`. */
export function explanationText(explanation: Explanation, depth = 0): string {
  const { result, text, source, children } = explanation;
  const place = source
    ? ` (${source.file}${source.line === null ? '' : `:${source.line}`} @ ${source.commit.slice(0, 7)})`
    : '';
  const line = `${'  '.repeat(depth)}${marks[result]} ${text.replace(/\s+/g, ' ')}${place}`;
  return [line, ...children.map((child) => explanationText(child, depth + 1))].join('\n');
}
