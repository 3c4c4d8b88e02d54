import type { Instant } from '../requests/instant.ts';
import { accountOfActor, type Account } from './account.ts';
import { nodesOf } from './graphql.ts';
import { askForPull, type PullAnswer, type ReviewNode } from './pull-query.ts';
import { readPullsOf } from './read-branch.ts';
import { commitOf, type PullCommit } from './read-commits.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

/** GitHub lists no more commits of a pull request than this (https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request). */
export const mostCommits = 250;

/** What GitHub tells of a pull request, all of it at one moment. */
export interface PullFacts {
  readonly number: number;
  readonly title: string;
  readonly author: Account;
  readonly open: boolean;
  readonly draft: boolean;
  readonly openedAt: Instant;
  /** Who is asked for a review now: logins, and slugs of teams. */
  readonly requested: readonly string[];
  readonly mergedAt: Instant | null;
  /** The commit that brought it into the base branch. */
  readonly mergeSha: string | null;
  readonly headSha: string;
  readonly headRef: string;
  readonly baseRef: string;
  /** From a branch of the requests repository itself. */
  readonly sameRepository: boolean;
  /** The repository of its branch; `null` where that is gone. */
  readonly headIn: { readonly owner: string; readonly repo: string } | null;
  /** `null`: as many as GitHub lists, or more. These would be commits that nobody looked at. */
  readonly commits: readonly PullCommit[] | null;
  /** Every submitted review. */
  readonly reviews: readonly SubmittedReview[];
  /** The pull requests that its head belongs to, as GitHub knows them. */
  readonly pullsOfHead: readonly number[];
  /** Whether a check of the app's own may stand on its head. */
  readonly mayBeChecked: boolean;
  /** Where the default branch stood then; `null` where there is none. */
  readonly tip: string | null;
}

/** A review as GitHub shows it now. */
export interface SubmittedReview {
  readonly id: number;
  readonly account: Account;
  readonly state: 'approved' | 'changes_requested' | 'commented' | 'dismissed';
  readonly submittedAt: Instant;
  /** Never to be taken for what the reviewer saw: GitHub moves it when the branch is force-pushed. */
  readonly commitId: string | null;
}

/** A pull request with all that is decided on, as it was at one moment; `null` where there is none of this number. */
export async function readPull(repository: RequestsRepository, number: number): Promise<PullFacts | null> {
  const answer = await askForPull(repository, number, mostCommits);
  if (!answer) return null;
  const { pull, commitCount, commits, reviews, requests, tip } = answer;
  const { headRepository } = pull;
  const merged = pull.state === 'MERGED';
  return {
    number: pull.number,
    title: pull.title,
    author: accountOfActor(pull.author),
    open: pull.state === 'OPEN',
    draft: pull.isDraft,
    openedAt: Date.parse(pull.createdAt),
    requested: requests.flatMap(({ requestedReviewer: who }) => who?.login ?? who?.slug ?? []),
    mergedAt: merged && pull.mergedAt ? Date.parse(pull.mergedAt) : null,
    mergeSha: merged ? (pull.mergeCommit?.oid ?? null) : null,
    headSha: pull.headRefOid,
    headRef: pull.headRefName,
    baseRef: pull.baseRefName,
    sameRepository: headRepository?.databaseId === repository.id,
    headIn: headRepository ? { owner: headRepository.owner.login, repo: headRepository.name } : null,
    commits: commitCount < mostCommits ? commits.map(commitOf) : null,
    reviews: reviews.flatMap(submittedReview),
    tip,
    ...(await headOf(repository, pull)),
  };
}

/** Which pull requests have the same head, and whether a check of the app's may stand there. */
async function headOf(
  repository: RequestsRepository,
  { headRefOid, head }: PullAnswer['pull'],
): Promise<Pick<PullFacts, 'pullsOfHead' | 'mayBeChecked'>> {
  const commit = nodesOf(head)[0]?.commit;
  const { associatedPullRequests: pulls, checkSuites: suites } = (commit?.oid === headRefOid && commit) || {};
  const known = pulls && !pulls.pageInfo.hasNextPage;
  return {
    pullsOfHead: known
      ? nodesOf(pulls).map(({ number }) => number)
      : await readPullsOf(repository, [headRefOid]),
    mayBeChecked:
      !suites ||
      suites.pageInfo.hasNextPage ||
      nodesOf(suites).some(({ checkRuns }) => checkRuns === null || checkRuns.totalCount > 0),
  };
}

/** The open pull requests into the default branch, each with when anything about it changed last. */
export async function readOpenPulls(
  repository: RequestsRepository,
): Promise<{ readonly number: number; readonly headSha: string; readonly updatedAt: Instant }[]> {
  const { octokit, branch } = repository;
  const pulls = await octokit.paginate(octokit.rest.pulls.list, {
    ...named(repository),
    state: 'open',
    base: branch,
    per_page: 100,
  });
  return pulls.map(({ number, head, updated_at }) => ({
    number,
    headSha: head.sha,
    updatedAt: Date.parse(updated_at),
  }));
}

const reviewStates: Readonly<Record<string, SubmittedReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

/** A pending review is nobody's word yet. */
function submittedReview({
  fullDatabaseId,
  state,
  submittedAt,
  author,
  commit,
}: ReviewNode): SubmittedReview[] {
  const known = reviewStates[state];
  if (!known || !submittedAt) return [];
  const id = Number(fullDatabaseId);
  if (!(id > 0)) throw new Error('GitHub does not say which review it shows: look again');
  return [
    {
      id,
      account: accountOfActor(author),
      state: known,
      submittedAt: Date.parse(submittedAt),
      commitId: commit?.oid ?? null,
    },
  ];
}
