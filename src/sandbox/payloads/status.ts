import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import type { Status } from '../model/status.ts';
import { simpleUser } from './account.ts';
import type { Status as StatusPayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { apiUrl } from './repository.ts';

/** A status as the combined one lists it. */
export function simpleStatus(github: GitHub, repository: Repository, status: Status) {
  return {
    url: `${apiUrl(github, repository)}/statuses/${status.sha}`,
    avatar_url: simpleUser(github, status.creator).avatar_url,
    id: status.id,
    node_id: nodeId('StatusContext', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: instant(status.createdAt),
    updated_at: instant(status.createdAt),
  };
}

export function statusPayload(github: GitHub, repository: Repository, status: Status) {
  return {
    ...simpleStatus(github, repository, status),
    creator: simpleUser(github, status.creator),
  } satisfies StatusPayload;
}
