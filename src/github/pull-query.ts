import { actorFields, ask, isMissing, nodesOf, type Actor, type Page } from './graphql.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

/** A commit's author or committer. `user` is null for bots, whom REST names, and for an address that belongs to nobody. */
export interface GitActor {
  readonly email: string | null;
  readonly user: { readonly databaseId: number | null; readonly login: string } | null;
}

export interface CommitNode {
  readonly oid: string;
  readonly message: string;
  readonly parents: { readonly nodes: readonly ({ readonly oid: string } | null)[] };
  readonly author: GitActor | null;
  readonly committer: GitActor | null;
  readonly signature: { readonly isValid: boolean } | null;
}

export interface ReviewNode {
  readonly fullDatabaseId: string | null;
  readonly state: string;
  readonly submittedAt: string | null;
  readonly author: Actor | null;
  readonly commit: { readonly oid: string } | null;
}

interface RequestNode {
  readonly requestedReviewer: { readonly login?: string; readonly slug?: string } | null;
}

/** The last commit of a pull request, as a rule its head. */
interface HeadNode {
  readonly commit: {
    readonly oid: string;
    readonly associatedPullRequests: Page<{ readonly number: number }> | null;
    readonly checkSuites: Page<{ readonly checkRuns: { readonly totalCount: number } | null }> | null;
  };
}

interface PullNode {
  readonly number: number;
  readonly title: string;
  readonly state: 'OPEN' | 'CLOSED' | 'MERGED';
  readonly isDraft: boolean;
  readonly createdAt: string;
  readonly mergedAt: string | null;
  readonly mergeCommit: { readonly oid: string } | null;
  readonly author: Actor | null;
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly baseRefName: string;
  readonly headRepository: {
    readonly databaseId: number | null;
    readonly name: string;
    readonly owner: { readonly login: string };
  } | null;
  readonly head: { readonly nodes: readonly (HeadNode | null)[] };
  readonly commits?: Page<{ readonly commit: CommitNode }>;
  readonly reviews?: Page<ReviewNode>;
  readonly reviewRequests?: Page<RequestNode>;
}

/** A pull request as GraphQL tells of it, its lists whole. */
export interface PullAnswer {
  readonly pull: Omit<PullNode, 'commits' | 'reviews' | 'reviewRequests'>;
  /** How many GitHub counts: of more than `most` it is given no further. */
  readonly commitCount: number;
  readonly commits: readonly CommitNode[];
  readonly reviews: readonly ReviewNode[];
  readonly requests: readonly RequestNode[];
  /** The default branch at that moment. */
  readonly tip: string | null;
}

const query = `query (
  $owner: String!, $repo: String!, $number: Int!, $branch: String!, $appId: Int!
  $withCommits: Boolean!, $afterCommit: String, $withReviews: Boolean!, $afterReview: String
  $withRequests: Boolean!, $afterRequest: String
) {
  repository(owner: $owner, name: $repo) {
    ref(qualifiedName: $branch) { target { oid } }
    pullRequest(number: $number) {
      number title state isDraft createdAt mergedAt mergeCommit { oid }
      headRefName headRefOid baseRefName headRepository { databaseId name owner { login } }
      author { ...actorFields }
      head: commits(last: 1) { nodes { commit {
        oid
        associatedPullRequests(first: 100) { totalCount nodes { number } pageInfo { hasNextPage endCursor } }
        checkSuites(first: 10, filterBy: { appId: $appId }) {
          totalCount nodes { checkRuns(first: 1) { totalCount } } pageInfo { hasNextPage endCursor }
        }
      } } }
      commits(first: 100, after: $afterCommit) @include(if: $withCommits) {
        totalCount
        nodes { commit {
          oid message parents(first: 10) { nodes { oid } } signature { isValid }
          author { email user { databaseId login } } committer { email user { databaseId login } }
        } }
        pageInfo { hasNextPage endCursor }
      }
      reviews(first: 100, after: $afterReview) @include(if: $withReviews) {
        totalCount
        nodes { fullDatabaseId state submittedAt author { ...actorFields } commit { oid } }
        pageInfo { hasNextPage endCursor }
      }
      reviewRequests(first: 100, after: $afterRequest) @include(if: $withRequests) {
        totalCount
        nodes { requestedReviewer {
          ... on User { login } ... on Bot { login } ... on Mannequin { login } ... on Team { slug }
        } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
}
${actorFields}`;

/** Where each list of a pull request is to go on from: `null` at its beginning, `undefined` where it is read. */
interface Cursors {
  readonly commits: string | null | undefined;
  readonly reviews: string | null | undefined;
  readonly requests: string | null | undefined;
}

/**
 * Asks for a pull request with its commits, reviews and review requests, in one call where each list is a page long: all of it as it was at one
 * moment. `null`: there is none of this number. Commits beyond `mostCommits` are not read.
 */
export async function askForPull(
  repository: RequestsRepository,
  number: number,
  mostCommits: number,
): Promise<PullAnswer | null> {
  const first = await askForPage(repository, number, { commits: null, reviews: null, requests: null });
  if (!first) return null;
  const { commits: firstCommits, reviews: firstReviews, reviewRequests, ...pull } = first.pull;
  const commitCount = firstCommits?.totalCount ?? 0;
  const commits = read(firstCommits);
  const reviews = read(firstReviews);
  const requests = read(reviewRequests);
  const next = (node: PullNode): Cursors => ({
    commits: commitCount < mostCommits ? after(node.commits) : undefined,
    reviews: after(node.reviews),
    requests: after(node.reviewRequests),
  });
  for (let cursors = next(first.pull); isMore(cursors);) {
    const page = await askForPage(repository, number, cursors);
    if (page?.pull.headRefOid !== pull.headRefOid)
      throw new Error(`pull request ${number} was pushed to while it was read: look again`);
    commits.push(...read(page.pull.commits));
    reviews.push(...read(page.pull.reviews));
    requests.push(...read(page.pull.reviewRequests));
    cursors = next(page.pull);
  }
  if (commitCount < mostCommits && commits.length !== commitCount)
    throw new Error(`GitHub lists ${commits.length} of ${commitCount} commits of ${number}: look again`);
  const isWhole = commitCount > 0 && commitCount < mostCommits;
  if (isWhole && !commits.some(({ commit }) => commit.oid === pull.headRefOid))
    throw new Error(`GitHub does not tell yet who wrote the head of ${number}: look again`);
  return {
    pull,
    commitCount,
    commits: commits.map(({ commit }) => commit),
    reviews,
    requests,
    tip: first.tip,
  };
}

async function askForPage(
  repository: RequestsRepository,
  number: number,
  { commits, reviews, requests }: Cursors,
): Promise<{ readonly pull: PullNode; readonly tip: string | null } | null> {
  try {
    const { repository: found } = await ask<{
      repository: { ref: { target: { oid: string } } | null; pullRequest: PullNode };
    }>(repository, query, {
      ...named(repository),
      number,
      branch: `refs/heads/${repository.branch}`,
      appId: repository.appId,
      withCommits: commits !== undefined,
      afterCommit: commits ?? null,
      withReviews: reviews !== undefined,
      afterReview: reviews ?? null,
      withRequests: requests !== undefined,
      afterRequest: requests ?? null,
    });
    return { pull: found.pullRequest, tip: found.ref?.target.oid ?? null };
  } catch (error) {
    if (isMissing(error, 'repository', 'pullRequest')) return null;
    throw error;
  }
}

function read<Node>(page: Page<Node> | undefined): Node[] {
  return page ? nodesOf(page) : [];
}

function after(page: Page<unknown> | undefined): string | undefined {
  return page?.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? undefined) : undefined;
}

function isMore(cursors: Cursors): boolean {
  return Object.values(cursors).some((cursor) => cursor !== undefined);
}
