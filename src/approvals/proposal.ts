import type { EntitlementSchemas } from '../policies/entitlement-schemas.ts';
import type { parsePolicies } from '../policies/policy-files.ts';
import type { PolicySet, SourceFile } from '../policies/policy-set.ts';
import { requestKey, type ExpandedEntry, type RequestEntry } from '../requests/access-request.ts';
import { changeSet, type EntryChange } from '../requests/change-set.ts';
import { expand, expandEntry, flawedChanges } from '../requests/expand.ts';
import { isControlFile, isRequestsFile, misnamedFile } from '../requests/requests-paths.ts';
import { parseRequestsFile, type ParsedRequests } from '../requests/requests-file.ts';
import { maxFileBytes, tooLarge } from '../requests/yaml-file.ts';
import { sortViolations, violation, type Violation } from '../requests/violation.ts';
import { parseCodeowners, type Codeowners } from './codeowners.ts';
import { controlViolations, ownersFile, parseControlFiles } from './control-files.ts';

/** A path of one version: its blob, and whether it is an ordinary file (no symlink, no submodule). */
export interface VersionFile {
  readonly sha: string;
  readonly regular: boolean;
  /** In bytes. */
  readonly size: number;
}

/** Everything a commit holds, and the text of its requests files: of those that are ordinary and not too large to be read. */
export interface Version {
  readonly files: ReadonlyMap<string, VersionFile>;
  readonly requests: readonly SourceFile[];
}

/** The control files of the accepted version: policies and CODEOWNERS. */
export interface AcceptedVersion {
  readonly sha: string;
  readonly files: readonly SourceFile[];
}

/** Three versions of the branch: where the proposal began, what it says, and the tip that it would be merged into. */
export interface ProposalFacts {
  readonly base: Version;
  readonly head: Version;
  readonly tip: Version;
  readonly accepted: AcceptedVersion;
  /** The control files that would stand on the tip after it, where it changes any. */
  readonly landed?: readonly SourceFile[];
}

/** What a pull request, or a push to the default branch, would change: read under the accepted policy, not yet judged. */
export interface Proposal {
  readonly policies: PolicySet;
  readonly policyVersion: string;
  readonly codeowners: Codeowners | null;
  readonly codeownersFile: string | null;
  readonly changes: readonly EntryChange[];
  /** Entries that it adds or edits and whose shape has violations: what else is wrong with them is said too. */
  readonly flawed: readonly EntryChange[];
  /** The entries that would stand on the branch after it. */
  readonly standing: readonly ExpandedEntry[];
  /** The control files that it changes, each at its path; they come into force when their owners approved. */
  readonly controlFiles: readonly string[];
  /** Every other file it changes, control files among them: path -> blob, or null where it is deleted. */
  readonly otherFiles: ReadonlyMap<string, string | null>;
  readonly violations: readonly Violation[];
}

/**
 * Reads a proposal: the change from base to head, as it would land on the tip. Violations are those of the files it changes; what others broke is
 * theirs to mend.
 */
export function readProposal(
  { base, head, tip, accepted, landed }: ProposalFacts,
  connectors: EntitlementSchemas,
): Proposal {
  const { policies } = policiesOf(accepted, connectors);
  const owners = ownersFile(accepted.files);

  const touched = changedPaths(base, head);
  const [before, proposed, now] = [base, head, tip].map((version) => entriesOf(version, policies)) as [
    Entries,
    Entries,
    Entries,
  ];
  const standing = replayed(changeSet(before.entries, proposed.entries), now.entries);
  const changes = changeSet(now.entries, standing);
  const flawed = flawedChanges(
    proposed.flawed.filter(({ file }) => touched.has(file)),
    policies.templates,
  );
  const others = [...touched].filter((path) => !isRequestsFile(path));
  const controlFiles = others.filter(isControlFile).toSorted();

  return {
    policies,
    policyVersion: accepted.sha,
    codeowners: owners ? parseCodeowners(owners.text) : null,
    codeownersFile: owners?.path ?? null,
    controlFiles,
    changes,
    flawed: flawed.changes,
    standing,
    otherFiles: new Map(others.map((path) => [path, head.files.get(path)?.sha ?? null])),
    violations: sortViolations([
      ...proposed.violations.filter(({ file }) => touched.has(file)),
      ...askedTwice(changes, standing, policies),
      ...[...touched].filter((path) => head.files.has(path)).flatMap(misnamedFile),
      ...flawed.violations,
      ...mixedChange(changes, others),
      ...controlFiles.filter((path) => head.files.get(path)?.regular === false).map(notRegular),
      ...(landed && controlFiles.length > 0 ? controlViolations(landed, connectors) : []),
    ]),
  };
}

/** The policies of the accepted version, and what is wrong with them. */
export function policiesOf(
  accepted: AcceptedVersion,
  connectors: EntitlementSchemas,
): ReturnType<typeof parsePolicies> {
  const known = policiesByVersion.get(accepted) ?? parseControlFiles(accepted.files, connectors);
  policiesByVersion.set(accepted, known);
  return known;
}

/** A version is read again and again, and means the same each time. */
const policiesByVersion = new WeakMap<AcceptedVersion, ReturnType<typeof parsePolicies>>();

export interface Entries {
  readonly entries: readonly ExpandedEntry[];
  /** Entries by a template that there is not. */
  readonly unresolved: readonly RequestEntry[];
  readonly flawed: readonly RequestEntry[];
  readonly violations: readonly Violation[];
}

/** The entries of each of the requests files of a version, and what is wrong with those files; a key can stand in two of them. */
export function entriesOf(
  { files, requests }: Version,
  { templates }: Pick<PolicySet, 'templates'>,
): Entries {
  const unread = [...files].filter(([path]) => isRequestsFile(path)).flatMap(whyUnread);
  const parsed = requests.map(parsedOf);
  const expanded = parsed.map((file) => expand(file.entries, templates));
  return {
    entries: expanded.flatMap(({ entries }) => entries),
    unresolved: parsed
      .flatMap(({ entries }) => entries)
      .filter((entry) => expandEntry(entry, templates) === undefined),
    flawed: parsed.flatMap((file) => file.flawed),
    violations: [...unread, ...[...parsed, ...expanded].flatMap(({ violations }) => violations)],
  };
}

function parsedOf(file: SourceFile): ParsedRequests {
  const known = parsedFiles.get(file) ?? parseRequestsFile(file.path, file.text);
  parsedFiles.set(file, known);
  return known;
}

/** Nearly all of a version stands in the next one, too. */
const parsedFiles = new WeakMap<SourceFile, ParsedRequests>();

function whyUnread([path, { regular, size }]: [string, VersionFile]): Violation[] {
  if (size > maxFileBytes) return [tooLarge(path)];
  return regular ? [] : [notRegular(path)];
}

function notRegular(path: string): Violation {
  const place = { file: path, line: 1, column: 1 };
  const message = 'The file is a symbolic link or a submodule, which is never followed.';
  return violation(place, 'not-a-regular-file', message, 'Put an ordinary file in its place.');
}

/** What changes, applied to what stands on the tip. */
function replayed(changes: readonly EntryChange[], tip: readonly ExpandedEntry[]): ExpandedEntry[] {
  const place = (entry: ExpandedEntry) => `${requestKey(entry)} ${entry.file}`;
  const entries = new Map(tip.map((entry) => [place(entry), entry]));
  for (const change of changes) {
    if (change.kind === 'removed') entries.delete(place(change.before));
    else entries.set(place(change.after), change.after);
  }
  return [...entries.values()];
}

/** What it asks for and another file asks for as well, on the tip: said at the later of the two, which it may leave alone. */
function askedTwice(
  changes: readonly EntryChange[],
  standing: readonly ExpandedEntry[],
  { templates }: PolicySet,
): Violation[] {
  const asked = new Set(changes.flatMap(({ kind, key }) => (kind === 'added' ? [key] : [])));
  return expand(
    standing.filter((entry) => asked.has(requestKey(entry))),
    templates,
  ).violations;
}

function changedPaths(base: Version, head: Version): Set<string> {
  const paths = new Set([...base.files.keys(), ...head.files.keys()]);
  return new Set(
    [...paths].filter((path) => {
      const [was, is] = [base.files.get(path), head.files.get(path)];
      return was?.sha !== is?.sha || was?.regular !== is?.regular;
    }),
  );
}

/** A pull request that asks for access touches nothing but requests files. */
function mixedChange(changes: readonly EntryChange[], others: readonly string[]): Violation[] {
  if (changes.every(({ kind }) => kind === 'removed')) return [];
  return others.map((file) =>
    violation(
      { file, line: 1, column: 1 },
      'mixed-change',
      'A pull request that asks for access changes nothing but requests files, and this one changes this file too.',
      'Move the change of this file to a pull request of its own.',
    ),
  );
}
