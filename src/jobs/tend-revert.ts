import { appendEvent } from '../database/audit-events.ts';
import { grantById } from '../database/grants.ts';
import { moveRevert, revertById, type Revert } from '../database/reverts.ts';
import { writeCommit } from '../github/write-commit.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { closePull, deleteBranch, openPull } from '../github/write-pull.ts';
import { revertText } from '../messages/revert-pull.ts';
import { mendedFile, type MendedFile } from './mended-file.ts';
import type { Parts, Workplace } from './parts.ts';
import { evaluatePull, writeRecords, type Tasks } from './tasks.ts';

const day = 24 * 60 * 60_000;

/**
 * Brings a revert pull request to what the branch needs. While the entry stands without a grant, or an edit of it that was refused, one is open
 * whose head is the tip without; once that is gone, or granted anew, the pull request is settled. One that somebody closed is followed by a fresh
 * one, not more often than once a day.
 */
export async function tendRevertTask(parts: Parts, { revertId }: Tasks['tend-revert']): Promise<void> {
  const revert = await revertById(parts.db, revertId);
  if (!revert || revert.state === 'merged' || revert.state === 'closed') return;
  const workplace = await parts.workplace(revert.repositoryId);
  const mended = await mendedFile(parts, workplace, revert);
  const pull = revert.pull === null ? null : await readPull(workplace.repository, revert.pull);
  if (!mended) return settle(parts, workplace, revert, pull);
  const closed = pull !== null && !pull.open && pull.mergedAt === null ? pull : null;
  if (closed && parts.clock.now() < closed.openedAt + day) return;
  return open(parts, workplace, revert, mended, closed?.number ?? null);
}

async function open(
  parts: Parts,
  { repository, git }: Workplace,
  revert: Revert,
  mended: MendedFile,
  replaces: number | null,
): Promise<void> {
  const { db, queue, clock } = parts;
  const branch = revertBranch(revert);
  const grant = revert.grantId === null ? null : ((await grantById(db, revert.grantId)) ?? null);
  const { title, body, commitMessage } = revertText({
    ...revert,
    file: mended.file,
    grant,
    isEdit: revert.edit !== null,
    replaces,
  });
  const headSha = await writeCommit(repository, git, {
    branch,
    parent: mended.tip,
    files: new Map([[mended.file, mended.text]]),
    message: commitMessage,
    force: true,
  });
  const pull = await openPull(repository, { branch, title, body });
  const { repositoryId, grantId, key, sourcePull, reason } = revert;
  await db.transaction().execute(async (trx) => {
    if (revert.pull === pull) return;
    if (!(await moveRevert(trx, revert.id, ['wanted', 'open'], 'open', { pull, branch }))) return;
    const details = { key, file: mended.file, headSha, sourcePull, reason, replaces: replaces ?? undefined };
    await appendEvent(trx, {
      at: clock.now(),
      kind: 'revert-opened',
      repositoryId,
      pull,
      grantId,
      subject: title,
      details,
    });
    await queue.send(trx, writeRecords(repositoryId));
    // The checks may have been published before the pull request was known as a revert.
    await queue.send(trx, evaluatePull(repositoryId, pull));
  });
}

/** Nothing is left to take out: whoever merged it, the pull request has done its work, or it is closed. */
async function settle(
  parts: Parts,
  workplace: Workplace,
  revert: Revert,
  pull: PullFacts | null,
): Promise<void> {
  if (pull?.mergedAt) return concludeMerged(parts, workplace, revert, pull.mergeSha);
  if (pull?.open) await closePull(workplace.repository, pull.number);
  await moveRevert(parts.db, revert.id, ['wanted', 'open'], 'closed');
}

/** A revert pull request was merged: its branch is removed first, since nobody comes back to one that is stored as merged. */
export async function concludeMerged(
  { db, queue, clock }: Parts,
  { repository }: Workplace,
  revert: Revert,
  mergedSha: string | null,
): Promise<void> {
  const { id, repositoryId, pull, grantId, key, file, edit } = revert;
  await deleteBranch(repository, revertBranch(revert));
  await db.transaction().execute(async (trx) => {
    if (!(await moveRevert(trx, id, ['open'], 'merged', { mergedSha }))) return;
    await appendEvent(trx, {
      at: clock.now(),
      kind: 'revert-merged',
      repositoryId,
      pull,
      grantId,
      subject: edit ? `${key} is in ${file} as it was` : `${key} is out of ${file} again`,
      details: { key, file, mergedSha },
    });
    await queue.send(trx, writeRecords(repositoryId));
  });
}

export function revertBranch({ id }: Pick<Revert, 'id'>): string {
  return `countersign/revert-${id}`;
}
