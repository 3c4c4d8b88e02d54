import { mayAppMerge } from '../approvals/app-merge.ts';
import { repositoryById } from '../database/repositories.ts';
import { readPull } from '../github/read-pull.ts';
import { mergePull } from '../github/write-pull.ts';
import { judgePull } from './judge-pull.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/**
 * Merges a pull request where the settings leave that to the app. It is decided on again at exactly this head and this tip, immediately before;
 * GitHub is given the head and refuses any other.
 */
export async function mergeApprovedTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['merge-approved'],
): Promise<void> {
  const workplace = await parts.workplace(repositoryId);
  const { repository, binding } = workplace;
  const [facts, stored] = await Promise.all([
    readPull(repository, pull),
    repositoryById(parts.db, repositoryId),
  ]);
  if (!facts?.open || facts.draft || facts.baseRef !== binding.branch) return;
  const { tip } = facts;
  const acceptedSha = stored?.acceptedSha;
  if (!acceptedSha || tip === null) return;
  const { proposal, assessment, approval } = await judgePull(parts, workplace, facts, { tip, acceptedSha });
  const { merge } = proposal.policies.settings;
  if (merge !== 'when_approved' || !mayAppMerge(assessment, approval, facts.author)) return;
  const outcome = await mergePull(repository, pull, facts.headSha);
  if ('refused' in outcome)
    parts.log.warn(
      { pull, refused: outcome.refused },
      'GitHub does not let the app merge an approved request',
    );
}
