import { policiesOf } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { recordOf } from '../audit/record.ts';
import { appendEvent, eventsOfGrants } from '../database/audit-events.ts';
import { grantById } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import {
  branchOff,
  gather,
  isRollingBranch,
  revertsOnBranch,
  revertsWantedSince,
} from '../database/revert-branches.ts';
import { moveRevert, revertById, type Revert } from '../database/reverts.ts';
import { proposeChange } from '../github/propose-change.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { closePull, deleteBranch, openPullFrom } from '../github/write-pull.ts';
import type { RequestsRepository } from '../github/requests-repository.ts';
import { revertText, type RevertSubject } from '../messages/revert-pull.ts';
import { areRolling } from '../policies/rolling-reverts.ts';
import { mendedFiles, type Mended } from './mended-file.ts';
import type { Parts, Workplace } from './parts.ts';
import { readAccepted } from './read-version.ts';
import { evaluatePull, tendRevert, writeRecords, type Tasks } from './tasks.ts';

const hour = 60 * 60_000;
const day = 24 * hour;

/** So many entries are taken out by one pull request at most: the others follow when it is merged. */
const mostTogether = 200;

/**
 * Brings a revert pull request to what the branch needs, together with all that have its branch in common. While entries stand without a grant, or an
 * edit that was refused, one is open whose head is the tip without; what is gone, or granted anew, is settled. One that somebody closed is followed
 * by a fresh one, not more often than once a day.
 */
export async function tendRevertTask(
  parts: Parts,
  { revertId, branch }: Tasks['tend-revert'],
): Promise<void> {
  const { db, queue } = parts;
  let revert = await revertById(db, revertId);
  if (!revert) return;
  const { repositoryId } = revert;
  const workplace = await parts.workplace(repositoryId);
  if (revert.branch === null && revert.state === 'wanted') {
    await ((await isToRoll(parts, workplace, revert)) ? gather(db, revert) : branchOff(db, revert));
    revert = await revertById(db, revertId);
  }
  if (!revert?.branch) return;
  // Those that have a branch in common are tended one after the other.
  if (revert.branch !== branch) return queue.send(db, tendRevert(revertId, revert.branch));
  return tendBranch(parts, workplace, branch);
}

/** The reverts of a branch, as tended by whoever has its key. */
export async function tendBranch(parts: Parts, workplace: Workplace, branch: string): Promise<void> {
  const { db, queue, clock } = parts;
  const reverts = await revertsOnBranch(db, workplace.binding.id, branch, mostTogether);
  const [first] = reverts;
  if (!first) return;
  const { repository, git, binding } = workplace;
  const number = reverts.findLast((revert) => revert.pull !== null)?.pull ?? null;
  const known = number === null ? null : await readPull(repository, number);
  const tip = known ? known.tip : await git.tip(binding.branch);
  const mended = await mendedFiles(parts, workplace, reverts, tip);
  const undone = new Set(mended.undone.map(({ revert }) => revert.id));
  const pull = number === null && undone.size === 0 ? await readUnstored(repository, branch) : known;
  await settle(
    parts,
    workplace,
    reverts.filter(({ id }) => !undone.has(id)),
    { pull, goesOn: undone.size > 0 },
  );
  if (undone.size === 0)
    return reverts.length < mostTogether ? undefined : queue.send(db, tendRevert(first.id, branch));
  const closed = pull !== null && !pull.open && pull.mergedAt === null ? pull : null;
  if (closed && clock.now() < closed.openedAt + day) return;
  return open(parts, workplace, mended, { branch, replaces: closed?.number ?? null });
}

/** The pull request from a branch that was opened, perhaps, by a process that did not live to store that. */
async function readUnstored(repository: RequestsRepository, branch: string): Promise<PullFacts | null> {
  const opened = await openPullFrom(repository, branch);
  return opened ? readPull(repository, opened.number) : null;
}

/** An edit is put back by a pull request of its own; entries are taken out many at once where many are wanted. */
async function isToRoll(
  { db, clock }: Parts,
  { git }: Workplace,
  { repositoryId, edit }: Revert,
): Promise<boolean> {
  const accepted = (await repositoryById(db, repositoryId))?.acceptedSha;
  if (edit || !accepted) return false;
  const { settings } = policiesOf(await readAccepted(git, accepted), connectorSchemas).policies;
  return areRolling(settings.revert, await revertsWantedSince(db, repositoryId, clock.now() - hour));
}

async function open(
  parts: Parts,
  { repository, git, binding }: Workplace,
  { tip, files, undone }: Mended,
  { branch, replaces }: { readonly branch: string; readonly replaces: number | null },
): Promise<void> {
  const { db, queue, clock } = parts;
  const repositoryId = binding.id;
  const subjects = await subjectsOf(parts, undone);
  const { title, body, commitMessage } = revertText(
    subjects.map(({ subject }) => subject),
    replaces,
  );
  const commit = { branch, parent: tip, files, message: commitMessage, force: true };
  const { pull, headSha } = await proposeChange(repository, git, commit, { title, body });
  await db.transaction().execute(async (trx) => {
    const fresh = subjects.filter(({ revert }) => revert.pull !== pull);
    for (const { revert, subject } of fresh) {
      if (!(await moveRevert(trx, revert.id, ['wanted', 'open'], 'open', { pull, branch }))) continue;
      const { key, file, sourcePull, reason } = subject;
      await appendEvent(trx, {
        at: clock.now(),
        kind: 'revert-opened',
        repositoryId,
        pull,
        grantId: revert.grantId,
        subject: revertText([subject], null).title,
        details: { key, file, headSha, sourcePull, reason, replaces: replaces ?? undefined },
      });
    }
    if (fresh.length === 0) return;
    await queue.send(trx, writeRecords(repositoryId));
    // The checks may have been published before the pull request was known as a revert.
    await queue.send(trx, evaluatePull(repositoryId, pull));
  });
}

/** Each revert with what its pull request says of it. */
async function subjectsOf(
  { db }: Parts,
  undone: Mended['undone'],
): Promise<{ readonly revert: Revert; readonly subject: RevertSubject }[]> {
  const decided = await eventsOfGrants(
    db,
    undone.flatMap(({ revert }) => revert.grantId ?? []),
    'grant-decided',
  );
  const records = new Map(decided.map((event) => [event.grantId, recordOf(event).path]));
  return Promise.all(
    undone.map(async ({ revert, file }) => {
      const { key, reason, sourcePull, grantId, edit } = revert;
      const grant = grantId === null ? null : ((await grantById(db, grantId)) ?? null);
      const record = records.get(grantId) ?? null;
      return { revert, subject: { key, file, reason, sourcePull, grant, record, isEdit: edit !== null } };
    }),
  );
}

/** Nothing is left to take out: whoever merged it, the pull request has done its work, or it is closed unless it `goesOn` for others. */
async function settle(
  parts: Parts,
  workplace: Workplace,
  over: readonly Revert[],
  { pull, goesOn }: { readonly pull: PullFacts | null; readonly goesOn: boolean },
): Promise<void> {
  const merged = pull?.mergedAt ? over.filter((revert) => revert.pull === pull.number) : [];
  if (pull && merged.length > 0) await concludeMerged(parts, workplace, merged, pull.mergeSha);
  if (pull?.open && !goesOn) await closePull(workplace.repository, pull.number);
  for (const revert of over)
    if (!merged.includes(revert)) await moveRevert(parts.db, revert.id, ['wanted', 'open'], 'closed');
}

/** A revert pull request was merged: its branch is removed first, since nobody comes back to one that is stored as merged. */
export async function concludeMerged(
  { db, queue, clock }: Parts,
  { repository, binding }: Workplace,
  reverts: readonly Revert[],
  mergedSha: string | null,
): Promise<void> {
  const branch = reverts[0]?.branch;
  if (!branch) return;
  await deleteBranch(repository, branch);
  await db.transaction().execute(async (trx) => {
    for (const { id, repositoryId, pull, grantId, key, file, edit } of reverts) {
      if (!(await moveRevert(trx, id, ['open'], 'merged', { mergedSha }))) continue;
      await appendEvent(trx, {
        at: clock.now(),
        kind: 'revert-merged',
        repositoryId,
        pull,
        grantId,
        subject: edit ? `${key} is in ${file} as it was` : `${key} is out of ${file} again`,
        details: { key, file, mergedSha },
      });
    }
    await queue.send(trx, writeRecords(binding.id));
    // What was wanted meanwhile is next.
    const [next] = isRollingBranch(branch) ? await revertsOnBranch(trx, binding.id, branch, 1) : [];
    if (next) await queue.send(trx, tendRevert(next.id, branch));
  });
}
