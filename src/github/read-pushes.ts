import { accountOf, type Account } from './account.ts';
import type { PullFacts } from './read-pull.ts';
import { answered, named, type RequestsRepository } from './requests-repository.ts';

/** A push to a branch, as GitHub's activity log tells of it: a commit says only what its author wished it to. */
export interface Push {
  /** `null` for somebody whom GitHub does not name. */
  readonly account: Account | null;
  readonly before: string;
  readonly after: string;
}

/** Somebody unknown. */
export const unknownPush: Push = { account: null, before: '', after: '' };

/** Every push to the branch of a pull request. Of a fork GitHub tells it only where the App may read that: else it was somebody unknown. */
export async function readPushesOf(
  repository: RequestsRepository,
  { headRef, headIn, sameRepository }: Pick<PullFacts, 'headRef' | 'headIn' | 'sameRepository'>,
): Promise<Push[]> {
  if (sameRepository) return readPushes(repository, headRef);
  if (!headIn) return [unknownPush];
  try {
    return await readPushes(repository, headRef, headIn);
  } catch (error) {
    if (answered(error, 403, 404)) return [unknownPush];
    throw error;
  }
}

/**
 * Every push to a branch, the latest first. A log that knows nothing of the branch names nobody: one push by somebody unknown. Who deleted the
 * branch added nothing to it.
 */
export async function readPushes(
  repository: RequestsRepository,
  branch: string,
  where = named(repository),
): Promise<Push[]> {
  const { octokit } = repository;
  const activity = await octokit.paginate(octokit.rest.repos.listActivities, {
    ...where,
    ref: `refs/heads/${branch}`,
    per_page: 100,
  });
  const pushes = activity.filter(({ activity_type: type }) => type !== 'branch_deletion');
  if (pushes.length === 0) return [unknownPush];
  return pushes.map(({ actor, before, after }) => ({
    account: actor ? accountOf(actor) : null,
    before,
    after,
  }));
}
