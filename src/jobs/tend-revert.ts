import { appendEvent } from '../database/audit-events.ts';
import { grantById, grantsOfRequest } from '../database/grants.ts';
import { repositoryById } from '../database/repositories.ts';
import { moveRevert, revertById, type Revert } from '../database/reverts.ts';
import { entriesOf, policiesOf } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { writeCommit } from '../github/write-commit.ts';
import { readPull } from '../github/read-pull.ts';
import { closePull, openPull } from '../github/write-pull.ts';
import { isInForce } from '../grants/grant.ts';
import { revertText } from '../messages/revert-pull.ts';
import { requestKey } from '../requests/access-request.ts';
import { hasErrors } from '../requests/violation.ts';
import { takeOut } from '../requests/take-out.ts';
import { readAccepted, readVersion } from './judge-pull.ts';
import type { Parts, Workplace } from './parts.ts';
import { evaluatePull, writeRecords, type Tasks } from './tasks.ts';

/** A file without the entry, as the tip of the default branch has it. */
interface WithoutEntry {
  readonly tip: string;
  readonly file: string;
  readonly text: string;
}

/**
 * Brings a revert pull request to what the branch needs. While the entry stands without a grant, one is open whose head is the tip less
 * that entry; once the entry is gone, or granted anew, the pull request is settled.
 */
export async function tendRevertTask(parts: Parts, { revertId }: Tasks['tend-revert']): Promise<void> {
  const revert = await revertById(parts.db, revertId);
  if (!revert || revert.state === 'merged' || revert.state === 'closed') return;
  const workplace = await parts.workplace(revert.repositoryId);
  const without = await withoutEntry(parts, workplace, revert);
  return without ? open(parts, workplace, revert, without) : settle(parts, workplace, revert);
}

async function open(
  parts: Parts,
  { repository, git }: Workplace,
  revert: Revert,
  without: WithoutEntry,
): Promise<void> {
  const { db, queue, clock } = parts;
  const branch = revertBranch(revert);
  const grant = revert.grantId === null ? null : ((await grantById(db, revert.grantId)) ?? null);
  const { title, body, commitMessage } = revertText({ ...revert, file: without.file, grant });
  const headSha = await writeCommit(repository, git, {
    branch,
    parent: without.tip,
    files: new Map([[without.file, without.text]]),
    message: commitMessage,
    force: true,
  });
  const pull = await openPull(repository, { branch, title, body });
  const { repositoryId, grantId, key, sourcePull, reason } = revert;
  await db.transaction().execute(async (trx) => {
    if (revert.pull === pull) return;
    if (!(await moveRevert(trx, revert.id, ['wanted', 'open'], 'open', { pull, branch }))) return;
    const details = { key, file: without.file, headSha, sourcePull, reason };
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
async function settle(parts: Parts, { repository }: Workplace, revert: Revert): Promise<void> {
  const pull = revert.pull === null ? null : await readPull(repository, revert.pull);
  if (pull?.mergedAt) return storeMergedRevert(parts, revert, null);
  if (pull?.open) await closePull(repository, pull.number);
  await moveRevert(parts.db, revert.id, ['wanted', 'open'], 'closed');
}

/** Stores that a revert pull request was merged, with its audit event; `mergedSha` where the app merged it itself. */
export async function storeMergedRevert(
  { db, queue, clock }: Parts,
  { id, repositoryId, pull, grantId, key, file }: Revert,
  mergedSha: string | null,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await moveRevert(trx, id, ['open'], 'merged', { mergedSha }))) return;
    await appendEvent(trx, {
      at: clock.now(),
      kind: 'revert-merged',
      repositoryId,
      pull,
      grantId,
      subject: `${key} is out of ${file} again`,
      details: { key, file, mergedSha },
    });
    await queue.send(trx, writeRecords(repositoryId));
  });
}

export function revertBranch({ id }: Pick<Revert, 'id'>): string {
  return `countersign/revert-${id}`;
}

/**
 * The requests file that holds the entry, less that entry; `null` where no file of the tip holds it, or where it was granted anew. While a file
 * can't be read nobody knows: that throws.
 */
export async function withoutEntry(
  { db }: Pick<Parts, 'db'>,
  { git, binding }: Workplace,
  { repositoryId, key, file }: Revert,
): Promise<WithoutEntry | null> {
  const grants = await grantsOfRequest(db, repositoryId, key);
  if (grants.some(isInForce)) return null;
  const [stored, tip] = await Promise.all([repositoryById(db, repositoryId), git.tip(binding.branch)]);
  if (!stored?.acceptedSha || tip === null) throw new Error('the branch has no accepted version');
  const [version, accepted] = await Promise.all([
    readVersion(git, tip),
    readAccepted(git, stored.acceptedSha),
  ]);
  const { policies } = policiesOf(accepted, connectorSchemas);
  const { entries, violations } = entriesOf(version, policies);
  const holders = entries.filter((entry) => requestKey(entry) === key).map((entry) => entry.file);
  const holder = holders.find((path) => path === file) ?? holders[0];
  const source = version.requests.find(({ path }) => path === holder);
  if (!source && hasErrors(violations))
    throw new Error(
      `the requests files on ${binding.branch} can't all be read: ${key} may stand in one of them`,
    );
  if (!source) return null;
  return { tip, file: source.path, text: takeOut(source.text, new Set([key]), policies.templates) };
}
