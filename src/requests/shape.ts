import { isScalar } from 'yaml';
import type { z } from 'zod';
import { misleadingTexts } from './misleading-text.ts';
import { didYouMean } from './nearest.ts';
import type { Refusal } from './scalars.ts';
import { mismatch, remedyFor } from './shape-wording.ts';
import { violation, type Place, type Violation } from './violation.ts';
import { nodeAt, placeOf, placeOfKey, type YamlFile, type YamlPath } from './yaml-file.ts';

type Issue = z.core.$ZodIssue;

/**
 * Checks the value at `path` against its schema, and its texts for what misleads a reader. All violations at once; `value` is there
 * where there are none.
 */
export function checkShape<T>(
  file: YamlFile,
  path: YamlPath,
  schema: z.ZodType<T>,
): { value?: T; violations: Violation[] } {
  const misleading = misleadingTexts(file, nodeAt(file, path) ?? null);
  const { value, violations } = checkSchema(file, path, schema);
  const places = new Set(misleading.map(({ line, column }) => `${line}:${column}`));
  const all = [...misleading, ...violations.filter(({ line, column }) => !places.has(`${line}:${column}`))];
  return all.length === 0 && value !== undefined ? { value, violations: [] } : { violations: all };
}

/** Checks the value at `path` against its schema alone. */
export function checkSchema<T>(
  file: YamlFile,
  path: YamlPath,
  schema: z.ZodType<T>,
): { value?: T; violations: Violation[] } {
  const known = new Map<readonly string[], readonly string[]>();
  const result = schema.safeParse(valueAt(file, path), {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') known.set(issue.keys, keysOf(issue.inst));
      return undefined;
    },
  });
  if (result.success) return { value: result.data, violations: [] };
  return {
    violations: result.error.issues.flatMap(chosenBranch).flatMap((issue) => {
      const at = [...path, ...issue.path];
      if (issue.code !== 'unrecognized_keys') return [issueViolation(file, at, issue)];
      return issue.keys.map((key) => {
        const remedy = didYouMean(key, known.get(issue.keys) ?? []);
        return violation(
          placeOfKey(file, [...at, key]),
          'unknown-key',
          `There is no key \`${key}\` here.`,
          remedy,
        );
      });
    }),
  };
}

/** Of a value that may have several forms, what is wrong with the form that it has. */
function chosenBranch(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [branch, ...others] = issue.errors.filter((issues) => issues.every(({ path }) => path.length > 0));
  if (!branch || others.length > 0) return [issue];
  return branch.flatMap((inner) => chosenBranch({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** The plain value at a path, `undefined` where there is none. */
export function valueAt(file: YamlFile, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step],
    file.value,
  );
}

function keysOf(schema: unknown): readonly string[] {
  const { shape } = schema as { readonly shape?: object };
  return Object.keys(shape ?? {});
}

function issueViolation(
  file: YamlFile,
  at: YamlPath,
  issue: Exclude<Issue, { code: 'unrecognized_keys' }>,
): Violation {
  if (issue.code === 'invalid_key') return refusal(placeOfKey(file, at), issue.issues[0]);
  const place = placeOf(file, at);
  if (issue.code === 'custom') return refusal(place, issue);
  const key = at.at(-1);
  const label = typeof key === 'string' ? `\`${key}\`` : 'This';
  const value = valueAt(file, at);
  if (value === undefined)
    return violation(
      place,
      'missing-key',
      `${label} is missing.`,
      `Add ${label}, or correct how it is spelt.`,
    );
  const node = nodeAt(file, at);
  const source = isScalar(node) ? (node.source ?? '') : '';
  const message = `${label} ${mismatch(issue, value, source)}.`;
  return violation(place, 'wrong-type', message, remedyFor(issue, value, source));
}

/** The violation that one of our own checks stands for. */
function refusal(place: Place, issue: Issue | undefined): Violation {
  if (issue?.code !== 'custom') throw new Error(`a check without a code of its own: ${issue?.message}`);
  const { code, remedy } = issue.params as unknown as Refusal;
  return violation(place, code, issue.message, remedy);
}
