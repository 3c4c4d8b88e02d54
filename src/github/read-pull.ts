import type { Instant } from '../requests/instant.ts';
import { named, Unjudgeable, unlessMissing, type RequestsRepository } from './requests-repository.ts';

/** GitHub lists no more commits of a pull request than this (https://docs.github.com/en/rest/pulls/pulls#list-commits-on-a-pull-request). */
const mostCommits = 250;

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly bot: boolean;
}

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
}

/** A git signature's e-mail, and the account it belongs to: `null` where it belongs to nobody. */
export interface Signature {
  readonly email: string;
  readonly account: Account | null;
}

export interface PullCommit {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  /** Whether it bears a signature that GitHub verified. */
  readonly verified: boolean;
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

export async function readPull(repository: RequestsRepository, pull: number): Promise<PullFacts | null> {
  const answer = await unlessMissing(
    repository.octokit.rest.pulls.get({ ...named(repository), pull_number: pull }),
  );
  if (!answer) return null;
  const { data } = answer;
  return {
    number: data.number,
    title: data.title,
    author: accountOf(data.user),
    open: data.state === 'open',
    draft: data.draft ?? false,
    openedAt: Date.parse(data.created_at),
    requested: [
      ...(data.requested_reviewers ?? []).map(({ login }) => login),
      ...(data.requested_teams ?? []).map(({ slug }) => slug),
    ],
    mergedAt: data.merged && data.merged_at ? Date.parse(data.merged_at) : null,
    mergeSha: data.merged ? data.merge_commit_sha : null,
    headSha: data.head.sha,
    headRef: data.head.ref,
    baseRef: data.base.ref,
    sameRepository: data.head.repo?.id === repository.id,
    headIn: data.head.repo ? { owner: data.head.repo.owner.login, repo: data.head.repo.name } : null,
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

/** Every commit of a pull request. More than GitHub lists would be commits that nobody looked at: that throws. */
export async function readCommits(repository: RequestsRepository, pull: number): Promise<PullCommit[]> {
  const { octokit } = repository;
  const commits = await octokit.paginate(octokit.rest.pulls.listCommits, {
    ...named(repository),
    pull_number: pull,
    per_page: 100,
  });
  if (commits.length >= mostCommits)
    throw new Unjudgeable(
      `This pull request has ${mostCommits} commits or more. GitHub lists no more, so who wrote them cannot be known: squash them.`,
    );
  return commits.map(({ sha, parents, author, committer, commit }) => ({
    sha,
    parents: parents.map((parent) => parent.sha),
    author: { email: commit.author?.email ?? '', account: maybeAccount(author) },
    committer: { email: commit.committer?.email ?? '', account: maybeAccount(committer) },
    message: commit.message,
    verified: commit.verification?.verified === true,
  }));
}

const reviewStates: Readonly<Record<string, SubmittedReview['state']>> = {
  APPROVED: 'approved',
  CHANGES_REQUESTED: 'changes_requested',
  COMMENTED: 'commented',
  DISMISSED: 'dismissed',
};

/** Every submitted review. A pending one is nobody's word yet. */
export async function readReviews(repository: RequestsRepository, pull: number): Promise<SubmittedReview[]> {
  const { octokit } = repository;
  const reviews = await octokit.paginate(octokit.rest.pulls.listReviews, {
    ...named(repository),
    pull_number: pull,
    per_page: 100,
  });
  return reviews.flatMap(({ id, user, state, submitted_at, commit_id }) => {
    const known = reviewStates[state];
    if (!known || !submitted_at) return [];
    return [
      {
        id,
        account: accountOf(user),
        state: known,
        submittedAt: Date.parse(submitted_at),
        commitId: commit_id ?? null,
      },
    ];
  });
}

interface GitHubAccount {
  readonly id: number;
  readonly login: string;
  readonly type?: string;
}

export function accountOf(user: GitHubAccount | null | undefined): Account {
  // GitHub shows a deleted account as the user `ghost`, or not at all.
  if (!user) return { id: 10_137, login: 'ghost', bot: false };
  return { id: user.id, login: user.login, bot: user.type !== undefined && user.type !== 'User' };
}

function maybeAccount(user: GitHubAccount | Record<string, never> | null | undefined): Account | null {
  return user && 'id' in user ? accountOf(user as GitHubAccount) : null;
}
