import type { ResolvedRequest } from '../policies/decision.ts';
import { formatInstant, type Instant } from '../requests/instant.ts';

/** Somebody's words as a code span, in which no Markdown, link or mention works: one line, and no way out of the span. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const longestRun = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longestRun + 1);
  const padding = longestRun > 0 || line === '' ? ' ' : '';
  return `${fence}${padding}${line}${padding}${fence}`;
}

/**
 * A sentence that may hold somebody's words: what stands between backticks is quoted, and nothing of the rest is Markdown or a mention.
 * Backticks of theirs only change what is quoted.
 */
export function prose(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? quoted(part) : literal(part)))
    .join('');
}

/** A comment between the `@` and the name keeps GitHub from seeing a mention. */
function literal(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\*_~#<>[\]&!|]/g, '\\$&')
    .replaceAll('@', '@<!-- -->');
}

/** One cell of a table: a `|` would end it, and so would one whose backslash is itself escaped. */
function cell(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(\\*)\|/g, (pipe, slashes: string) => (slashes.length % 2 === 0 ? `${slashes}\\|` : pipe));
}

/** Who is meant: only people are mentioned, since a team's or service account's name may be the login of a stranger. */
export function principalText({ kind, name }: Pick<ResolvedRequest['principal'], 'kind' | 'name'>): string {
  switch (kind) {
    case 'user':
      return `@${name}`;
    case 'team':
      return `team ${quoted(name)}`;
    case 'service_account':
      return `service account ${quoted(name)}`;
  }
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** A moment as people read it: `2026-11-23 18:00 UTC`. */
export function moment(instant: Instant): string {
  return `${formatInstant(instant).slice(0, 16).replace('T', ' ')} UTC`;
}

export function count(number: number, singular: string, plural = `${singular}s`): string {
  return `${number} ${number === 1 ? singular : plural}`;
}

const shownPeople = 10;

/** People as mentions; of a whole department the first ones, and how many more. */
export function mentions(
  people: readonly { readonly login: string }[],
  conjunction: 'and' | 'or' = 'and',
): string {
  const logins = [...new Set(people.map(({ login }) => `@${login}`))];
  if (logins.length <= shownPeople) return listed(logins, conjunction);
  return `${logins.slice(0, shownPeople).join(', ')} ${conjunction} ${logins.length - shownPeople} more`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[], conjunction: 'and' | 'or' = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}
