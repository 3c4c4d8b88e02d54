import type { Files } from './clean-merge.ts';
import { changedControlFiles } from './control-files.ts';
import type { MergedPull, MergedPulls } from './verdict.ts';

/** What a change of the control files on the default branch is worth. */
export type ControlVerdict =
  | { readonly kind: 'unchanged' }
  /** Each change was approved by the owners of its file. */
  | { readonly kind: 'approved'; readonly pulls: readonly MergedPull[] }
  | { readonly kind: 'unapproved'; readonly files: readonly string[]; readonly reason: string };

/**
 * Holds the control files that stand on the branch against the accepted ones: each that differs must be what an approved pull request made of
 * it, byte for byte (design, invariant 2). Two approved edits that git put together are neither of them.
 */
export function controlVerdict(
  accepted: Files,
  after: Files,
  { pulls, unjudged }: MergedPulls,
): ControlVerdict {
  const changed = changedControlFiles(accepted, after);
  if (changed.length === 0) return { kind: 'unchanged' };
  const approved = pulls.filter(({ assessment, approval }) => assessment.allowed && approval.approved);
  const makers = changed.map((path) => approved.find((pull) => isMadeBy(pull, path, after)));
  const files = changed.filter((_, index) => makers[index] === undefined);
  if (files.length === 0)
    return { kind: 'approved', pulls: [...new Set(makers.flatMap((pull) => pull ?? []))] };
  return { kind: 'unapproved', files, reason: whyUnapproved(files, pulls, unjudged) };
}

function isMadeBy({ assessment: { otherFiles } }: MergedPull, path: string, after: Files): boolean {
  const file = after.get(path);
  if (!file) return otherFiles.get(path) === null;
  return file.regular && otherFiles.get(path) === file.sha;
}

function whyUnapproved(
  files: readonly string[],
  pulls: MergedPulls['pulls'],
  unjudged: MergedPulls['unjudged'],
): string {
  const touching = pulls.filter(({ assessment }) => files.some((path) => assessment.otherFiles.has(path)));
  const names = [...touching, ...unjudged].map(({ number }) => `#${number}`);
  return names.length > 0
    ? `what ${names.join(', ')} brought was not approved by their owners, or is not what they approved`
    : 'no merged pull request brought exactly this';
}
