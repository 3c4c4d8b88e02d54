import { named, type RequestsRepository } from './requests-repository.ts';

/** What a merge queue would land for a pull request: the default branch with it and all those before it, on a branch of its own. */
export interface QueuedGroup {
  readonly branch: string;
  readonly headSha: string;
  /** The pull request that it was built for. */
  readonly pull: number;
}

/**
 * The groups in the merge queue of the default branch. Only the queue may move their branches, which are named for the pull request
 * (https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group); what the rest of the name says is not documented.
 */
export async function readQueue(repository: RequestsRepository): Promise<QueuedGroup[]> {
  const prefix = `gh-readonly-queue/${repository.branch}/`;
  const { data } = await repository.octokit.rest.git.listMatchingRefs({
    ...named(repository),
    ref: `heads/${prefix}`,
  });
  return data.flatMap(({ ref, object }) => {
    const branch = ref.replace(/^refs\/heads\//, '');
    const [, pull] = /^pr-(\d+)-[^/]+$/.exec(branch.slice(prefix.length)) ?? [];
    return pull === undefined ? [] : [{ branch, headSha: object.sha, pull: Number(pull) }];
  });
}
