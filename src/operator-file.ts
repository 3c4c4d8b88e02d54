import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { connectionConfig } from './connectors/registry.ts';
import { didYouMean } from './requests/nearest.ts';
import { valueAt } from './requests/shape.ts';
import { placeOf, placeOfKey, readYaml, type YamlFile, type YamlPath } from './requests/yaml-file.ts';

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'a name has lower-case letters, digits and hyphens, at most 63');

/** countersign.yaml: which repositories may ask for what, and how the targets are reached. */
const schema = z.strictObject({
  repositories: z
    .array(
      z.strictObject({
        // From the environment it comes as text.
        id: z.coerce.number("the repository's id, a number").int('a whole number').positive('above 0'),
        name: z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'write it as owner/name'),
        branch: z.string().min(1).default('main'),
        connections: z.array(name).default([]),
      }),
    )
    .min(1, 'at least one repository'),
  connections: z.record(name, connectionConfig).default({}),
  removal_limit: z
    .strictObject({ count: z.int().positive(), share: z.number().positive().max(1) })
    .default({ count: 20, share: 0.25 }),
});

export type OperatorFile = z.output<typeof schema>;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the operator's file, with `${NAME}` taken from the environment; or all its problems, a line each. None quotes a value: it may be a
 * secret.
 */
export function readOperatorFile(
  path: string,
  variables: Variables,
): OperatorFile | { readonly problems: string[] } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const because = (error as NodeJS.ErrnoException).code;
    return {
      problems: [
        `${path} can't be read (${because}): the operator's file, which binds repositories to connections (COUNTERSIGN_CONFIG names another)`,
      ],
    };
  }
  const read = readYaml(path, text);
  if ('violations' in read)
    // Their messages quote the file, so the code and what to do about it must be enough.
    return {
      problems: read.violations.map(
        ({ line, column, code, remedy }) => `${path}:${line}:${column}: ${code}. ${remedy}`,
      ),
    };
  return checked(read.file, variables);
}

function checked(file: YamlFile, variables: Variables): OperatorFile | { readonly problems: string[] } {
  const absent = namesIn(file.value).filter((variable) => !variables[variable]);
  const known = new Map<readonly string[], readonly string[]>();
  const { data, error } = schema.safeParse(filled(file.value, variables), {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') known.set(issue.keys, keysOf(issue.inst));
      return undefined;
    },
  });
  const problems = [
    ...[...new Set(absent)].map(
      (variable) => `${variable} is missing: ${file.path} names it as \${${variable}}`,
    ),
    ...(error?.issues ?? []).flatMap((issue) => {
      if (issue.code === 'unrecognized_keys')
        return issue.keys.map((key) => unknownKey(file, [...issue.path, key], known.get(issue.keys) ?? []));
      const wanting = namesIn(valueAt(file, issue.path)).some((variable) => absent.includes(variable));
      return wanting ? [] : [problemAt(file, issue.path, wordsOf(issue))];
    }),
    ...(data ? bindingProblems(file, data) : []),
  ];
  return data && problems.length === 0 ? data : { problems };
}

function bindingProblems(file: YamlFile, { repositories, connections }: OperatorFile): string[] {
  return repositories.flatMap(({ id, name: repository, connections: bound }, index) => [
    ...(repositories.findIndex((other) => other.id === id) < index
      ? [problemAt(file, ['repositories', index, 'id'], 'this id is bound twice')]
      : []),
    ...bound.flatMap((connection, place) =>
      connection in connections
        ? []
        : [
            problemAt(
              file,
              ['repositories', index, 'connections', place],
              `${repository} is bound to ${connection}, which is not under connections. ${didYouMean(connection, Object.keys(connections))}`,
            ),
          ],
    ),
  ]);
}

function problemAt(file: YamlFile, path: YamlPath, what: string): string {
  const { line, column } = placeOf(file, path);
  return `${file.path}:${line}:${column}: ${path.join('.') || 'the file'}: ${what}`;
}

function unknownKey(file: YamlFile, path: YamlPath, known: readonly string[]): string {
  const { line, column } = placeOfKey(file, path);
  const key = String(path.at(-1));
  return `${file.path}:${line}:${column}: ${path.join('.')}: unknown key. ${didYouMean(key, known)}`;
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_union') return `${String(issue.path.at(-1))} is missing or is not known`;
  return issue.message;
}

function keysOf(of: unknown): readonly string[] {
  const { shape = {} } = of as { readonly shape?: object };
  return Object.keys(shape);
}

const variablePattern = /\$\{([A-Z][A-Z0-9_]*)\}/g;

/** The names of the variables in every string of a value. */
function namesIn(value: unknown): string[] {
  if (typeof value === 'string')
    return [...value.matchAll(variablePattern)].map(([, variable = '']) => variable);
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(namesIn);
}

/** Puts the variables into every string: after parsing, so that a secret can't change the file's structure. */
function filled(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string')
    return value.replace(variablePattern, (_, variable: string) => variables[variable] ?? '');
  if (Array.isArray(value)) return value.map((inner) => filled(inner, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner, variables)]));
}
