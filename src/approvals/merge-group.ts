import { sameChange, type EntryChange } from '../requests/change-set.ts';
import { isControlFile } from '../requests/requests-paths.ts';
import type { Violation } from '../requests/violation.ts';
import type { Files } from './clean-merge.ts';
import type { Proposal } from './proposal.ts';

/** What a proposal does to the branch. */
type Brought = Pick<Proposal, 'changes' | 'otherFiles'>;

/** A merge queue's group, read as one proposal. */
export interface MergeGroup extends Brought {
  readonly violations: readonly Violation[];
  /** Everything that its commit holds. */
  readonly files: Files;
}

/** Why a group may not land, whatever its pull requests are worth one by one. */
export interface GroupFaults {
  /** Where something else stands than its pull requests bring, sorted: nobody approved that. */
  readonly strayFiles: readonly string[];
  /** What is wrong with all of it together. */
  readonly violations: readonly Violation[];
}

/** Holds a group against its pull requests, each as it would land on the same commit of the branch. */
export function faultsOf(group: MergeGroup, pulls: readonly Brought[]): GroupFaults {
  const brought = pulls.flatMap(({ changes }) => changes);
  const entries = [...without(group.changes, brought), ...without(brought, group.changes)];
  const files = [group, ...pulls].flatMap(({ otherFiles }) => Array.from(otherFiles.keys()));
  const stray = [...entries.map(fileOf), ...files.filter((path) => isStray(path, group.files, pulls))];
  return {
    strayFiles: [...new Set(stray)].toSorted(),
    violations: group.violations.filter(
      // Requests and policies can share a group, though no pull request.
      ({ severity, code }) => severity === 'error' && code !== 'mixed-change',
    ),
  };
}

function without(changes: readonly EntryChange[], others: readonly EntryChange[]): EntryChange[] {
  return changes.filter((change) => !others.some((other) => sameChange(change, other)));
}

function fileOf(change: EntryChange): string {
  return change.kind === 'removed' ? change.before.file : change.after.file;
}

/** A control file is one pull request's to the byte. Of any other, access depends on none: git may put its lines together. */
function isStray(path: string, files: Files, pulls: readonly Brought[]): boolean {
  const made = pulls.filter(({ otherFiles }) => otherFiles.has(path));
  const is = files.get(path)?.sha ?? null;
  return isControlFile(path)
    ? made.every(({ otherFiles }) => otherFiles.get(path) !== is)
    : made.length === 0;
}
