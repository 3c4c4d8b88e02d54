import { covers, patternError } from './codeowners-pattern.ts';

/** One line: the owners of whatever its pattern covers. No owners at all means that nobody owns it. */
export interface CodeownersRule {
  /** 1-based. */
  readonly line: number;
  readonly pattern: string;
  /** `@login`, `@org/team` or an e-mail address, as written. */
  readonly owners: readonly string[];
}

export interface CodeownersError {
  readonly line: number;
  readonly message: string;
}

export interface Codeowners {
  readonly rules: readonly CodeownersRule[];
  /** The lines that GitHub skips, and why. */
  readonly errors: readonly CodeownersError[];
}

/** GitHub ignores a file that is not smaller than 3 MB. */
const sizeLimit = 3_000_000;

/** Reads a CODEOWNERS file as GitHub does: an invalid line is skipped and reported, a file that is too large has no rules. */
export function parseCodeowners(text: string): Codeowners {
  if (Buffer.byteLength(text) >= sizeLimit)
    return {
      rules: [],
      errors: [{ line: 1, message: 'GitHub ignores a CODEOWNERS file of 3 MB and more: make it smaller' }],
    };
  const rules: CodeownersRule[] = [];
  const errors: CodeownersError[] = [];
  for (const [index, content] of text
    .replace(/^\uFEFF/u, '')
    .split('\n')
    .entries()) {
    const line = index + 1;
    const rule = parseLine(content);
    if (rule === undefined) continue;
    if ('error' in rule) errors.push({ line, message: rule.error });
    else rules.push({ line, ...rule });
  }
  return { rules, errors };
}

/** The last rule that covers the path, or `undefined` where none does. Paths are relative to the root and case-sensitive. */
export function ownersOf(codeowners: Codeowners, path: string): CodeownersRule | undefined {
  return codeowners.rules.findLast(({ pattern }) => covers(pattern, path));
}

/** A pattern, in which `\ ` is a space, and the rest of the line. */
const patternAndRest = /^[ \t\r\f\v]*((?:\\.|[^\\ \t\r\f\v])+\\?)(.*)$/su;

function parseLine(
  content: string,
): { readonly pattern: string; readonly owners: string[] } | { readonly error: string } | undefined {
  const comment = content.indexOf('#');
  if (content[comment - 1] === '\\') return { error: '"\\#" does not work: a "#" always begins a comment' };
  const match = patternAndRest.exec(comment < 0 ? content : content.slice(0, comment));
  if (!match) return undefined;
  const [, pattern = '', rest = ''] = match;
  const owners = rest.split(/[ \t\r\f\v]+/u).filter((word) => word !== '');
  const stranger = owners.find((owner) => !isOwner(owner));
  const error =
    patternError(pattern) ??
    (stranger && `"${stranger}" is no owner: write @login, @organization/team or an e-mail address`);
  return error ? { error } : { pattern, owners };
}

const ownerForms = [
  /^@[A-Za-z0-9][\w-]*$/u,
  /^@[A-Za-z0-9][\w-]*\/[\w-]+$/u,
  /^[\w.%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$/u,
];

function isOwner(word: string): boolean {
  return ownerForms.some((form) => form.test(word));
}
