import { entriesOf, readProposal, type Version } from '../approvals/proposal.ts';
import { verdictOn, type MergedPull } from '../approvals/verdict.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { repositoryById, storeRepository } from '../database/repositories.ts';
import { readCommitsBetween, readPull, readPullsOf } from '../github/read-pull.ts';
import { isControlFile } from '../requests/requests-paths.ts';
import { hasErrors } from '../requests/violation.ts';
import { judgePull, readAccepted, readVersion } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import { storeVerdict, type DecidedChange } from './store-verdict.ts';
import { announcePull, writeRecords, type Tasks } from './tasks.ts';

/**
 * Decides on what changed on the default branch since the last decision, from its own content before and after: whoever moved it, and
 * whatever a webhook said. Grants and revocations are stored here; giving and taking are tasks of their own.
 */
export async function decideMergeTask(parts: Parts, { repositoryId }: Tasks['decide-merge']): Promise<void> {
  const { db, queue, clock, log } = parts;
  const workplace = await parts.workplace(repositoryId);
  const { git, binding } = workplace;
  const [stored, after] = await Promise.all([repositoryById(db, repositoryId), git.tip(binding.branch)]);
  if (!stored?.headSha || !stored.acceptedSha || after === null || after === stored.headSha) return;
  const before = stored.headSha;

  const [was, is, accepted] = await Promise.all([
    readVersion(git, before),
    readVersion(git, after),
    readAccepted(git, stored.acceptedSha),
  ]);
  const proposal = readProposal({ base: was, head: is, tip: was, accepted }, connectorSchemas);
  // An entry that can't be read is not an entry that was taken out: nothing is decided until the file can be read again.
  if (hasErrors(entriesOf(is, proposal.policies).violations)) {
    log.error(
      { repositoryId, after },
      'the requests files on the default branch have violations: nothing is decided until they are mended',
    );
    return;
  }
  const holding = differInControlFiles(is, await readVersion(git, stored.acceptedSha));
  const pulls = holding ? [] : await mergedPulls(parts, workplace, before, after, stored.acceptedSha);
  const decided = withoutMoves(
    proposal.changes.map((change) => ({ change, verdict: verdictOn(change, pulls) })),
  );
  // While the branch holds policies that nobody accepted, new grants wait and revocations go on.
  const due = holding ? decided.filter(({ verdict }) => verdict.kind === 'returned') : decided;
  if (holding)
    log.error(
      { repositoryId, after },
      'the policies on the default branch are not the accepted ones: new grants wait for `countersign adopt`',
    );

  await db.transaction().execute(async (trx) => {
    const current = await repositoryById(trx, repositoryId);
    if (current?.headSha !== before) return;
    const touched = new Set(pulls.map(({ number }) => number));
    for (const { change, verdict } of due) {
      const { tasks, pull } = await storeVerdict(
        trx,
        { change, verdict },
        { repositoryId, after, now: clock.now() },
      );
      if (pull !== null) touched.add(pull);
      for (const task of tasks) await queue.send(trx, task);
    }
    if (!holding) await storeRepository(trx, { ...current, headSha: after }, clock.now());
    for (const pull of touched) await queue.send(trx, announcePull(repositoryId, pull));
    await queue.send(trx, writeRecords(repositoryId));
  });
  parts.grantsMoved();
}

/** An entry that was taken out of one file and, with approval, put into another was not given back. */
function withoutMoves(decided: readonly DecidedChange[]): readonly DecidedChange[] {
  const moved = new Set(
    decided.flatMap(({ change, verdict }) => (verdict.kind === 'approved' ? [change.key] : [])),
  );
  return decided.filter(({ change }) => change.kind !== 'removed' || !moved.has(change.key));
}

/**
 * The pull requests that this push brought, each judged as it would have landed on the branch before it. One that GitHub has not marked as
 * merged yet, although its head is in the branch, is waited for.
 */
async function mergedPulls(
  parts: Parts,
  workplace: Workplace,
  before: string,
  after: string,
  acceptedSha: string,
): Promise<MergedPull[]> {
  const { repository, binding } = workplace;
  const commits = await readCommitsBetween(repository, before, after);
  const found = await Promise.all(
    (await readPullsOf(repository, commits)).map((number) => readPull(repository, number)),
  );
  const ours = found.flatMap((pull) => (pull?.baseRef === binding.branch ? [pull] : []));
  const late = ours.find(
    ({ mergedAt, open, headSha }) => mergedAt === null && open && commits.includes(headSha),
  );
  if (late)
    throw new Error(`pull request ${late.number} is in the branch and not marked as merged yet: look again`);
  return Promise.all(
    ours.flatMap(({ mergedAt, ...pull }) =>
      mergedAt === null
        ? []
        : [
            judgePull(parts, workplace, { ...pull, mergedAt }, before, acceptedSha).then((judged) => ({
              number: pull.number,
              headSha: pull.headSha,
              mergedAt,
              ...judged,
            })),
          ],
    ),
  );
}

function differInControlFiles(a: Version, b: Version): boolean {
  const control = (version: Version) =>
    [...version.files]
      .filter(([path]) => isControlFile(path))
      .map(([path, { sha, regular }]) => `${path} ${sha} ${regular}`)
      .toSorted()
      .join('\n');
  return control(a) !== control(b);
}
