import { controlViolations } from '../approvals/control-files.ts';
import { connectorSchemas } from '../connectors/registry.ts';
import { appendEvent } from '../database/audit-events.ts';
import { openPulls } from '../database/pulls.ts';
import { repositoryById, storeRepository } from '../database/repositories.ts';
import { hasErrors, type Violation } from '../requests/violation.ts';
import { readAccepted } from './read-version.ts';
import type { Parts } from './parts.ts';
import { decideMerge, evaluatePull, writeRecords } from './tasks.ts';

export type Adoption =
  | { readonly adopted: true }
  | { readonly adopted: false; readonly because: 'not-on-branch' }
  | { readonly adopted: false; readonly because: 'violations'; readonly violations: readonly Violation[] };

/**
 * Puts the control files of a commit of the default branch into force, on an operator's word. The first adoption is also where the app begins:
 * entries that stand there already are nobody's grants.
 */
export async function adoptVersion(parts: Parts, repositoryId: number, sha: string): Promise<Adoption> {
  const { db, queue, clock } = parts;
  const { git, binding, repository } = await parts.workplace(repositoryId);
  const tip = await git.tip(binding.branch);
  if (tip === null || (await git.mergeBase(sha, tip)) !== sha)
    return { adopted: false, because: 'not-on-branch' };
  const accepted = await readAccepted(git, sha);
  const all = controlViolations(accepted.files, connectorSchemas);
  if (hasErrors(all)) return { adopted: false, because: 'violations', violations: all };

  await db.transaction().execute(async (trx) => {
    const stored = await repositoryById(trx, repositoryId);
    const at = clock.now();
    const name = `${repository.owner}/${repository.repo}`;
    await storeRepository(
      trx,
      { id: repositoryId, name, branch: binding.branch, headSha: stored?.headSha ?? sha, acceptedSha: sha },
      at,
    );
    await appendEvent(trx, {
      at,
      kind: 'policy-adopted',
      repositoryId,
      pull: null,
      grantId: null,
      subject: `The policies of ${sha.slice(0, 7)} are in force`,
      details: { sha, before: stored?.acceptedSha ?? null },
    });
    const evaluations = (await openPulls(trx, repositoryId)).map((pull) => evaluatePull(repositoryId, pull));
    await queue.send(trx, [decideMerge(repositoryId), writeRecords(repositoryId), ...evaluations]);
  });
  return { adopted: true };
}
