import { changedControlFiles, controlViolations } from '../approvals/control-files.ts';
import { controlVerdict, type ControlVerdict } from '../approvals/control-verdict.ts';
import { entriesOf, policiesOf, type Entries, type Version } from '../approvals/proposal.ts';
import type { MergedPulls } from '../approvals/verdict.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import type { StoredRepository } from '../database/repositories.ts';
import type { ExpandedEntry } from '../requests/access-request.ts';
import { changeSet, type EntryChange } from '../requests/change-set.ts';
import { isControlFile } from '../requests/requests-paths.ts';
import type { ViolationCode } from '../requests/violation.ts';
import { judgeMerged, nothingMerged } from './judge-merged.ts';
import { readAccepted, readVersion, type ReadVersion } from './read-version.ts';
import { nextStep, type Step } from './next-step.ts';
import type { Parts, Workplace } from './parts.ts';
import { isSpentOnPolicies } from './store-acceptance.ts';

/** A repository with an accepted version, and how far it was decided on. */
export type Standing = StoredRepository & { readonly headSha: string; readonly acceptedSha: string };

/** What the branch went through, read from git, and what keeps it from being decided on as a whole. */
export interface ReadStep {
  readonly step: Step;
  readonly changes: readonly EntryChange[];
  /** The entries after it, under the policies that it was decided by. */
  readonly standing: readonly ExpandedEntry[];
  /** The same under the policies that are in force after it. */
  readonly standingThen: Entries;
  readonly merged: MergedPulls;
  readonly control: ControlVerdict;
  /** Requests files on the branch that can't be read. */
  readonly unreadable: ReadonlySet<string>;
  /** Why only what ends access takes effect; `null`: nothing. */
  readonly obstacle: string | null;
}

/**
 * Reads the next step. One that leaves control files behind that nobody accepted is decided on together with those after it that put the
 * accepted ones back; while none does, the whole of the branch waits.
 */
export async function readStep(
  parts: Parts,
  workplace: Workplace,
  standing: Standing,
  tip: string,
): Promise<ReadStep> {
  const { git, repository } = workplace;
  const { headSha: before, acceptedSha } = standing;
  const [accepted, acceptedTree, was] = await Promise.all([
    readAccepted(git, acceptedSha),
    git.tree(acceptedSha),
    readVersion(git, before),
  ]);
  const { policies } = policiesOf(accepted, connectorSchemas);
  const policiesAt = async (sha: string) =>
    policiesOf(await readAccepted(git, sha), connectorSchemas).policies;
  const { entries: stood } = entriesOf(was, policies);
  const isReadable = async (sha: string) =>
    filesWithErrors(entriesOf(await readVersion(git, sha), policies)).size === 0;
  const isAccepted = async (sha: string) =>
    changedControlFiles(acceptedTree, await git.tree(sha)).length === 0;

  const inspect = async (step: Step): Promise<ReadStep> => {
    const is = await readVersion(git, step.after);
    const landed = entriesOf(is, policies);
    const unreadable = filesWithErrors(landed);
    const changes = changeSet(stood, landed.entries);
    const unaccepted = changedControlFiles(acceptedTree, is.files).length > 0;
    const asks = unaccepted || changes.some(({ kind }) => kind !== 'removed');
    const asked = changes.flatMap((change) => (change.kind === 'removed' ? [] : [change.after]));
    const company = { asked, standing: landed.entries };
    const merged =
      asks && unreadable.size === 0
        ? await judgeMerged(parts, workplace, step, acceptedSha, company)
        : nothingMerged;
    const control = await judgeControl(parts, workplace, standing, acceptedTree, is, merged);
    return {
      step,
      changes,
      standing: landed.entries,
      standingThen: control.kind === 'approved' ? entriesOf(is, await policiesAt(step.after)) : landed,
      merged,
      control,
      unreadable,
      obstacle: obstacleTo(unreadable, control),
    };
  };

  const first = await inspect(await nextStep(repository, before, tip, isReadable));
  if (first.obstacle === null) return first;
  const mended = await inspect(
    await nextStep(
      repository,
      before,
      tip,
      async (sha) => (await isReadable(sha)) && (await isAccepted(sha)),
    ),
  );
  if (mended.obstacle === null) return mended;
  return { ...mended, step: { after: tip, moves: [] }, merged: nothingMerged };
}

/** What the control files of a commit are worth: approved, and a version that can be in force. */
async function judgeControl(
  { db }: Parts,
  { git }: Workplace,
  { id }: Standing,
  acceptedTree: Version['files'],
  { files }: ReadVersion,
  merged: MergedPulls,
): Promise<ControlVerdict> {
  const spent = await isSpentOnPolicies(db, id);
  const pulls = merged.pulls.filter(({ number }) => !spent(number));
  const control = controlVerdict(acceptedTree, files, { ...merged, pulls });
  if (control.kind !== 'approved') return control;
  const landed = await git.files(files, isControlFile);
  const violations = controlViolations(landed, connectorSchemas);
  const error = violations.find(({ severity }) => severity === 'error');
  if (!error) return control;
  return {
    kind: 'unapproved',
    files: [error.file],
    reason: `together they have violations: ${error.message}`,
  };
}

/** Why the branch can't be decided on as a whole; revocations go on. */
function obstacleTo(unreadable: ReadonlySet<string>, control: ControlVerdict): string | null {
  if (unreadable.size > 0)
    return `the requests files on the default branch have violations: new grants wait until they are mended (${[...unreadable].join(', ')})`;
  return control.kind === 'unapproved'
    ? `the policies on the default branch are not the accepted ones (${control.files.join(', ')}: ${control.reason}): new grants wait until they are put back, or for \`countersign adopt\``
    : null;
}

/** An entry that asks for what another asks already, or by a template that is gone, is none, and hides no other. */
const hidesNothing: ReadonlySet<ViolationCode> = new Set(['duplicate-request', 'unknown-template']);

function filesWithErrors({ violations }: ReturnType<typeof entriesOf>): ReadonlySet<string> {
  const errors = violations.filter(({ severity, code }) => severity === 'error' && !hidesNothing.has(code));
  return new Set(errors.map(({ file }) => file));
}
