import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { invalid } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { Status } from '../model/status.ts';

const MOST_A_CONTEXT = 1000;

/** Says something of a commit; what was said before stays in the list, and counts no more. */
export async function createStatus(
  github: GitHub,
  repository: Repository,
  { user, app }: Performer,
  input: Pick<Status, 'sha' | 'state' | 'context' | 'description' | 'targetUrl'>,
): Promise<Status> {
  const before = repository.statuses.filter(
    ({ sha, context }) => sha === input.sha && context === input.context,
  );
  if (before.length >= MOST_A_CONTEXT)
    throw invalid('This SHA and context has reached the maximum number of statuses.');
  const status: Status = {
    ...input,
    id: github.nextId(),
    creator: user,
    app: app ?? null,
    createdAt: github.now(),
  };
  repository.statuses.push(status);
  await github.publish({ event: 'status', repository, sender: user, status });
  return status;
}
