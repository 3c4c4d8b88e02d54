import { policiesOf } from '../approvals/proposal.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { revertsOfPull } from '../database/revert-branches.ts';
import { noteRefusedMerge, revertById } from '../database/reverts.ts';
import { repositoryById } from '../database/repositories.ts';
import { readPull, type PullFacts } from '../github/read-pull.ts';
import { comment, mergePull } from '../github/write-pull.ts';
import { revertReminder } from '../messages/waiting-comment.ts';
import { isMended, mendedFiles } from './mended-file.ts';
import { concludeMerged, tendBranch } from './tend-revert.ts';
import { readAccepted } from './read-version.ts';
import type { Parts, Workplace } from './parts.ts';
import type { Tasks } from './tasks.ts';

/**
 * Merges a revert pull request, if its head is exactly the tip without what it undoes: the pull request is evidence, not a vehicle. One whose head
 * is anything else is written anew; one that the ruleset keeps the app from merging waits for a person, who is reminded once.
 */
export async function mergeRevertTask(parts: Parts, { revertId }: Tasks['merge-revert']): Promise<void> {
  const { db, log } = parts;
  const revert = await revertById(db, revertId);
  if (!revert?.branch || revert.pull === null) return;
  const { repositoryId, branch } = revert;
  const reverts = (await revertsOfPull(db, repositoryId, revert.pull)).filter(
    ({ state }) => state === 'open',
  );
  if (reverts.length === 0) return;
  const workplace = await parts.workplace(repositoryId);
  const { repository } = workplace;
  const pull = await readPull(repository, revert.pull);
  if (!pull?.open) return;
  const mended = await mendedFiles(parts, workplace, reverts, pull.tip);
  if (mended.undone.length === 0 || !(await isMended(workplace, mended, pull.headSha)))
    return tendBranch(parts, workplace, branch);

  const outcome = await mergePull(repository, revert.pull, pull.headSha);
  if ('refused' in outcome) {
    log.warn(
      { revertId, pull: revert.pull, refused: outcome.refused },
      'GitHub does not let the app merge a revert pull request',
    );
    await remind(parts, workplace, pull);
    return noteRefusedMerge(db, reverts, parts.clock.now());
  }
  const undone = mended.undone.map(({ revert: each }) => each);
  await concludeMerged(parts, workplace, undone, outcome.merged);
}

/** Says once on a pull request that has waited for as long as a request may that a person has to merge it. */
async function remind(
  { db, clock }: Parts,
  { binding, git, repository }: Workplace,
  { number, openedAt }: PullFacts,
): Promise<void> {
  const accepted = (await repositoryById(db, binding.id))?.acceptedSha;
  if (!accepted) return;
  const { pendingFor } = policiesOf(await readAccepted(git, accepted), connectorSchemas).policies.settings;
  if (clock.now() < openedAt + pendingFor * 60_000) return;
  await comment(repository, number, 'reminder', revertReminder(pendingFor));
}
