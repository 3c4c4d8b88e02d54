import type { GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import type { Stack } from '../model/stack.ts';
import { simpleUser } from './account.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, pageUrl } from './repository.ts';
import { minimalPull } from './pull.ts';

function common(github: GitHub, repository: Repository, stack: Stack) {
  return {
    id: stack.id,
    number: stack.number,
    node_id: nodeId('Stack', stack.id),
    url: `${apiUrl(github, repository)}/stacks/${stack.number}`,
    base: { ref: stack.base },
    open: stack.pulls.some(({ state }) => state === 'open'),
    created_at: instant(stack.createdAt),
  };
}

/** A stack as lists have it. */
export function listedStack(github: GitHub, repository: Repository, stack: Stack) {
  return {
    ...common(github, repository, stack),
    pull_requests: stack.pulls.map(({ number, state, draft, merged, head: { ref, sha } }) => ({
      number,
      state,
      draft,
      merged_at: instant(merged?.at ?? null),
      head: { ref, sha },
    })),
  };
}

/** A stack by itself, with its pull requests from the bottom to the top. */
export function stackPayload(github: GitHub, repository: Repository, stack: Stack) {
  return {
    ...common(github, repository, stack),
    pull_requests: stack.pulls.map((pull) =>
      Object.assign(minimalPull(github, repository, pull), {
        node_id: nodeId('PullRequest', pull.id),
        title: pull.title,
        state: pull.state,
        merged_at: instant(pull.merged?.at ?? null),
        draft: pull.draft,
        html_url: `${pageUrl(github, repository)}/pull/${pull.number}`,
        user: simpleUser(github, pull.author),
      }),
    ),
  };
}
