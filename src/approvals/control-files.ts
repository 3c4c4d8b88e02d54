import type { EntitlementSchemas } from '../policies/entitlement-schemas.ts';
import { parsePolicies } from '../policies/policy-files.ts';
import type { SourceFile } from '../policies/policy-set.ts';
import { codeownersPaths, isControlFile } from '../requests/requests-paths.ts';
import { sortViolations, violation, type Violation } from '../requests/violation.ts';
import type { Files } from './clean-merge.ts';
import { ownersOf, parseCodeowners, type Codeowners } from './codeowners.ts';

/** The control files that differ between two commits, sorted. */
export function changedControlFiles(before: Files, after: Files): string[] {
  const paths = new Set([...before.keys(), ...after.keys()].filter(isControlFile));
  return [...paths].filter((path) => !same(before, after, path)).toSorted();
}

/** The control files that would stand on the tip if the change from base to head came to it. */
export function landedControlFiles<File extends { readonly sha: string; readonly regular: boolean }>(
  base: ReadonlyMap<string, File>,
  head: ReadonlyMap<string, File>,
  tip: ReadonlyMap<string, File>,
): File[] {
  const changed = new Set(changedControlFiles(base, head));
  const kept = [...tip].filter(([path]) => isControlFile(path) && !changed.has(path));
  const brought = [...changed].flatMap((path) => head.get(path) ?? []);
  return [...kept.map(([, file]) => file), ...brought];
}

/** Everything that keeps a version of the control files from coming into force, and what is only worth a warning. */
export function controlViolations(files: readonly SourceFile[], connectors: EntitlementSchemas): Violation[] {
  const owners = ownersFile(files);
  const policies = parseControlFiles(files, connectors);
  return sortViolations([
    ...policies.violations,
    ...(owners
      ? [...skippedLines(owners), ...unownedFiles(files, owners.path, parseCodeowners(owners.text))]
      : [noOwners()]),
  ]);
}

/** The policies among the control files, of which none may add people to a team that CODEOWNERS names. */
export function parseControlFiles(
  files: readonly SourceFile[],
  connectors: EntitlementSchemas,
): ReturnType<typeof parsePolicies> {
  const owners = ownersFile(files);
  return parsePolicies(
    files.filter(({ path }) => path.startsWith('access-policies/')),
    connectors,
    owners ? parseCodeowners(owners.text).rules.flatMap((rule) => rule.owners) : [],
  );
}

/** The CODEOWNERS file that counts: the first of GitHub's three places. */
export function ownersFile(files: readonly SourceFile[]): SourceFile | undefined {
  return codeownersPaths.flatMap((path) => files.find((file) => file.path === path) ?? [])[0];
}

/** Without owners nobody could approve anything. */
function noOwners(): Violation {
  return violation(
    { file: codeownersPaths[0], line: 1, column: 1 },
    'unowned-control-file',
    'There is no CODEOWNERS file.',
    'Add one that gives the policies and the requests files owners.',
  );
}

function skippedLines({ path, text }: SourceFile): Violation[] {
  return parseCodeowners(text).errors.map(({ line, message }) =>
    violation(
      { file: path, line, column: 1 },
      'unowned-control-file',
      `GitHub skips this line: ${message}.`,
      'Mend the line.',
      'warning',
    ),
  );
}

function unownedFiles(files: readonly SourceFile[], owners: string, codeowners: Codeowners): Violation[] {
  return files
    .filter(({ path }) => (ownersOf(codeowners, path)?.owners ?? []).length === 0)
    .map(({ path }) =>
      violation(
        { file: path, line: 1, column: 1 },
        'unowned-control-file',
        'This file decides who gets access, and nobody owns it.',
        `Give it owners in ${owners}.`,
      ),
    );
}

function same(a: Files, b: Files, path: string): boolean {
  const [one, other] = [a.get(path), b.get(path)];
  return one?.sha === other?.sha && one?.regular === other?.regular;
}
