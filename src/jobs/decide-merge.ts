import { entriesOf, policiesOf, readProposal, type Version } from '../approvals/proposal.ts';
import { verdictOn } from '../approvals/verdict.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { repositoryById, storeRepository } from '../database/repositories.ts';
import type { EntryChange } from '../requests/change-set.ts';
import { isControlFile } from '../requests/requests-paths.ts';
import { judgeMerged, nothingMerged } from './judge-merged.ts';
import { readAccepted, readVersion } from './judge-pull.ts';
import { nextStep } from './next-step.ts';
import type { Parts } from './parts.ts';
import type { DecidedChange } from './store-grant.ts';
import { storeVerdict } from './store-verdict.ts';
import { announcePull, decideMerge, writeRecords, type Tasks } from './tasks.ts';

/**
 * Decides on the next step that the default branch took since the last decision, from its own content before and after: whoever moved it, and
 * whatever a webhook said. Grants and revocations are stored here; giving and taking are tasks of their own.
 */
export async function decideMergeTask(parts: Parts, { repositoryId }: Tasks['decide-merge']): Promise<void> {
  const { db, queue, clock, log } = parts;
  const workplace = await parts.workplace(repositoryId);
  const { git, binding } = workplace;
  const [stored, tip] = await Promise.all([repositoryById(db, repositoryId), git.tip(binding.branch)]);
  if (!stored?.headSha || !stored.acceptedSha || tip === null || tip === stored.headSha) return;
  const { headSha: before, acceptedSha } = stored;

  const [accepted, acceptedTree, now] = await Promise.all([
    readAccepted(git, acceptedSha),
    git.tree(acceptedSha),
    readVersion(git, tip),
  ]);
  const { policies } = policiesOf(accepted, connectorSchemas);
  const unreadable = filesWithErrors(now, policies);
  const obstacle = obstacleTo(unreadable, differInControlFiles(now.files, acceptedTree));
  if (obstacle) log.error({ repositoryId, tip }, obstacle);
  const isReadable = async (sha: string) => filesWithErrors(await readVersion(git, sha), policies).size === 0;
  const step =
    obstacle === null
      ? await nextStep(workplace.repository, before, tip, isReadable)
      : { after: tip, commits: [], pulls: [] };
  const { after } = step;
  const [was, is] = await Promise.all([readVersion(git, before), readVersion(git, after)]);
  const { changes } = readProposal({ base: was, head: is, tip: was, accepted }, connectorSchemas);
  const certain = changes.filter((change) => isCertain(change, changes, unreadable));
  const asks = certain.some(({ kind }) => kind !== 'removed');
  const merged = asks ? await judgeMerged(parts, workplace, step, acceptedSha) : nothingMerged;
  const decided = withoutMoves(certain.map((change) => ({ change, verdict: verdictOn(change, merged) })));

  await db.transaction().execute(async (trx) => {
    const current = await repositoryById(trx, repositoryId);
    // Whoever moved either since has also asked for the decision anew.
    if (current?.headSha !== before || current.acceptedSha !== acceptedSha) return;
    const touched = new Set(merged.pulls.map(({ number }) => number));
    const occasion = { repositoryId, after, now: clock.now(), waiting: obstacle !== null };
    for (const each of decided) {
      const { tasks, pull } = await storeVerdict(trx, each, occasion);
      if (pull !== null) touched.add(pull);
      for (const task of tasks) await queue.send(trx, task);
    }
    if (obstacle === null) await storeRepository(trx, { ...current, headSha: after }, occasion.now);
    if (obstacle === null && after !== tip) await queue.send(trx, decideMerge(repositoryId));
    for (const pull of touched) await queue.send(trx, announcePull(repositoryId, pull));
    await queue.send(trx, writeRecords(repositoryId));
  });
  parts.grantsMoved();
}

/** Why the branch can't be decided on as a whole; revocations go on. */
function obstacleTo(unreadable: ReadonlySet<string>, unaccepted: boolean): string | null {
  if (unreadable.size > 0)
    return `the requests files on the default branch have violations: new grants wait until they are mended (${[...unreadable].join(', ')})`;
  return unaccepted
    ? 'the policies on the default branch are not the accepted ones: new grants wait for `countersign adopt`'
    : null;
}

function filesWithErrors(version: Version, policies: Parameters<typeof entriesOf>[1]): ReadonlySet<string> {
  const { violations } = entriesOf(version, policies);
  return new Set(violations.filter(({ severity }) => severity === 'error').map(({ file }) => file));
}

/**
 * An entry that can't be read is not an entry that was taken out; nor is one that stands in another file now, as long as one of the
 * files can't be read.
 */
function isCertain(
  change: EntryChange,
  changes: readonly EntryChange[],
  unreadable: ReadonlySet<string>,
): boolean {
  if (change.kind !== 'removed' || unreadable.size === 0) return true;
  const standsElsewhere = changes.some(({ kind, key }) => kind === 'added' && key === change.key);
  return !standsElsewhere && !unreadable.has(change.before.file);
}

/** An entry that was taken out of one file and, with approval, put into another was not given back. */
function withoutMoves(decided: readonly DecidedChange[]): readonly DecidedChange[] {
  const moved = new Set(
    decided.flatMap(({ change, verdict }) => (verdict.kind === 'approved' ? [change.key] : [])),
  );
  return decided.filter(({ change }) => change.kind !== 'removed' || !moved.has(change.key));
}

function differInControlFiles(a: Version['files'], b: Version['files']): boolean {
  const control = (files: Version['files']) =>
    [...files]
      .filter(([path]) => isControlFile(path))
      .map(([path, { sha, regular }]) => `${path} ${sha} ${regular}`)
      .toSorted()
      .join('\n');
  return control(a) !== control(b);
}
