import type { CheckSuite } from '../model/check.ts';
import { runsOf, suiteState } from '../model/check-suite.ts';
import type { GitHub } from '../model/github.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { integration } from './app.ts';
import { simpleCommit } from './commit.ts';
import type { CheckSuite as CheckSuitePayload } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { minimalPull } from './pull.ts';
import { apiUrl, repositoryPayload } from './repository.ts';

/** A suite as the webhooks of check runs carry it. */
export function suitePayload(github: GitHub, repository: Repository, suite: CheckSuite) {
  const ended = runsOf(repository, suite).at(0)?.completedAt;
  return {
    id: suite.id,
    node_id: nodeId('CheckSuite', suite.id),
    head_branch: branchOf(repository, suite),
    head_sha: suite.headSha,
    ...suiteState(repository, suite),
    url: `${apiUrl(github, repository)}/check-suites/${suite.id}`,
    before: suite.before,
    after: suite.headSha,
    pull_requests: pullsAt(github, repository, suite),
    app: integration(github, suite.app),
    created_at: instant(suite.createdAt),
    updated_at: instant(ended ?? suite.createdAt),
  };
}

/** A suite as its own webhooks carry it, and but for the repository the API: with the commit that it is about. */
export async function suiteWithCommit(github: GitHub, repository: Repository, suite: CheckSuite) {
  return {
    ...suitePayload(github, repository, suite),
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: runsOf(repository, suite).length,
    check_runs_url: `${apiUrl(github, repository)}/check-suites/${suite.id}/check-runs`,
    head_commit: simpleCommit(await repository.git.commit(suite.headSha)),
  };
}

export async function fullSuite(
  github: GitHub,
  repository: Repository,
  suite: CheckSuite,
): Promise<CheckSuitePayload> {
  return {
    ...(await suiteWithCommit(github, repository, suite)),
    repository: repositoryPayload(github, repository),
  };
}

/** The branch whose push made the suite, or whose pull request it belongs to; nothing is known of those in forks. */
function branchOf(repository: Repository, { headBranch, headSha }: CheckSuite): string | null {
  const pull = pullsOf(repository).find(
    ({ head }) => head.repositoryId === repository.id && head.sha === headSha,
  );
  return headBranch ?? pull?.head.ref ?? null;
}

/** Open pull requests whose head is the commit: checks sit on commits, and may belong to several. GitHub leaves out those from forks. */
export function pullsAt(github: GitHub, repository: Repository, { headSha }: CheckSuite) {
  return pullsOf(repository)
    .filter(
      ({ state, head }) => state === 'open' && head.repositoryId === repository.id && head.sha === headSha,
    )
    .map((pull) => minimalPull(github, repository, pull));
}
