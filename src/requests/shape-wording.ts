import type { z } from 'zod';
import { didYouMean } from './nearest.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong with a value, after its name: `must be a list, not nothing`. `source` is how the file writes a value that is one word. */
export function mismatch(issue: Issue, value: unknown, source: string): string {
  if (issue.code === 'invalid_value') return `is not one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small' && issue.origin === 'string') return 'is empty';
  if (issue.code === 'too_small') return `must be at least ${String(issue.minimum)}`;
  if (issue.code === 'too_big')
    return `must be at most ${String(issue.maximum)}${issue.origin === 'string' ? ' characters long' : ''}`;
  if (issue.code === 'invalid_format') return `must match ${issue.pattern ?? issue.format}`;
  return `must be ${wanted(issue)}, not ${kindOf(value, source)}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function wanted(issue: Issue): string {
  if (issue.code === 'invalid_type') return kinds[issue.expected] ?? issue.expected;
  if (issue.code === 'invalid_value') return issue.values.map((value) => `\`${String(value)}\``).join(' or ');
  if (issue.code !== 'invalid_union') return 'something else';
  return issue.errors.flatMap(([first]) => (first ? [wanted(first)] : [])).join(' or ');
}

function kindOf(value: unknown, source: string): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return `the ${typeof value === 'string' ? 'text' : typeof value} \`${source}\``;
}

/** What to do about it. */
export function remedyFor(issue: Issue, value: unknown, source: string): string {
  if (issue.code === 'invalid_value') return didYouMean(source, issue.values.map(String));
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object')
    return `Put it in quotes if it is a name or a text: "${source}".`;
  return value === null ? 'Write a value, or remove the key.' : 'Write it as the format shows it.';
}
