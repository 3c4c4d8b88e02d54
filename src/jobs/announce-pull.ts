import { eventsOfPull } from '../database/audit-events.ts';
import { grantsOfPull } from '../database/grants.ts';
import { comment } from '../github/write-pull.ts';
import { grantComment, refusalComment } from '../messages/grant-comment.ts';
import type { Parts } from './parts.ts';
import type { Tasks } from './tasks.ts';

/** Says on a pull request what became of what it asked for: one comment on its grants, kept up to date, and one on what was refused. */
export async function announcePullTask(
  parts: Parts,
  { repositoryId, pull }: Tasks['announce-pull'],
): Promise<void> {
  const { repository } = await parts.workplace(repositoryId);
  const [grants, refusals] = await Promise.all([
    grantsOfPull(parts.db, repositoryId, pull),
    eventsOfPull(parts.db, repositoryId, pull, 'grant-refused'),
  ]);
  if (grants.length > 0) await comment(repository, pull, 'grants', grantComment(grants));
  if (refusals.length > 0)
    await comment(repository, pull, 'refusals', refusalComment(refusals.map(({ subject }) => subject)));
}
