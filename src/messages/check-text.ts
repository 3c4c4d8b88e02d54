import { createHash } from 'node:crypto';
import type { Violation } from '../requests/violation.ts';

/** What GitHub takes at most for a summary or a text (https://docs.github.com/en/rest/checks/runs). */
const longest = 65_535;

/** A check run's annotation; columns only stand on annotations of a single line. */
export interface Annotation {
  readonly path: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly start_column: number;
  readonly end_column: number;
  readonly annotation_level: 'failure' | 'warning';
  readonly title: string;
  readonly message: string;
}

/** One check run as it is to stand on a commit. `neutral` and `skipped` are never concluded: GitHub counts them as passed. */
export interface CheckText {
  readonly name: 'access/policy' | 'access/approval';
  /** `null`: waiting for somebody. */
  readonly conclusion: 'success' | 'failure' | null;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
  readonly annotations: readonly Annotation[];
  /** Of what would be granted: what whoever sees the check approves. `null`: nothing can be approved, or the check does not say. */
  readonly digest: string | null;
  /** The same for the same content, so that a check that says it already is found again. */
  readonly fingerprint: string;
}

type Content = Omit<CheckText, 'fingerprint' | 'digest'> & { readonly digest?: string | null };

/** `said`: the same content whenever it is said, where it holds the time. */
export function checkText(content: Content, said: object = content): CheckText {
  const { digest = null } = content;
  return {
    ...content,
    digest,
    summary: shortened(content.summary),
    text: shortened(content.text),
    fingerprint: createHash('sha256')
      .update(JSON.stringify([said, digest]))
      .digest('hex'),
  };
}

export function annotationOf({ file, line, column, code, message, remedy, severity }: Violation): Annotation {
  return {
    path: file,
    start_line: line,
    end_line: line,
    start_column: column,
    end_column: column,
    annotation_level: severity === 'error' ? 'failure' : 'warning',
    title: code,
    message: `${message}\n${remedy}`,
  };
}

const cut = '\n\n… and more: see `countersign validate` in a checkout.';

/** Whole lines only, so that no code span is left open; in bytes, which are never fewer than characters. */
function shortened(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= longest) return text;
  const room = bytes.subarray(0, longest - Buffer.byteLength(cut));
  return `${room.subarray(0, Math.max(0, room.lastIndexOf('\n'))).toString()}${cut}`;
}
