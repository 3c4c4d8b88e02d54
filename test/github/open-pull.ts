import type { Stage } from './stage.ts';

/** A pull request of mona's, and what GraphQL tells of it. */
export interface OpenPull {
  readonly branch: string;
  readonly number: number;
  readonly headSha: string;
}

let branches = 0;

/** From a branch of its own. */
export async function opened({ world }: Stage, branch = `ask-${(branches += 1)}`): Promise<OpenPull> {
  const files = { [`${branches}.yaml`]: 'requests: []\n' };
  const pull = await world.person('mona').opensPullRequest({ title: 'Ask', branch, files });
  return { branch, number: pull.number, headSha: pull.head.sha };
}

export const GRAPHQL = /\/graphql query$/;

/** Bends what GraphQL tells of a pull request. */
export function bend({ traffic }: Stage, change: (pull: never) => object): void {
  traffic.alter(GRAPHQL, ({ data }: { data: { repository: { pullRequest: never } } }) => ({
    data: { repository: { ...data.repository, pullRequest: change(data.repository.pullRequest) } },
  }));
}
