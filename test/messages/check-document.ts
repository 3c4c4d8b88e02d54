import type { CheckText } from '../../src/messages/check-text.ts';

/** A check as a person sees it: one document. */
export function asDocument({ name, conclusion, title, summary, text, annotations }: CheckText): string {
  const marks = annotations.map(
    ({ path, start_line, start_column, annotation_level, title: code, message }) =>
      `> ${path}:${start_line}:${start_column} ${annotation_level} ${code}\n> ${message.replaceAll('\n', '\n> ')}`,
  );
  return `${[`# ${name}: ${conclusion ?? 'waiting'}\n\n## ${title}`, summary, text, ...marks].filter(Boolean).join('\n\n')}\n`;
}
