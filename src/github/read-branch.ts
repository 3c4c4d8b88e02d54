import { named, type RequestsRepository } from './requests-repository.ts';

/** The branch stood at one commit and then at another, whoever moved it and how. */
export interface BranchMove {
  readonly before: string;
  readonly after: string;
}

/** The moves of the default branch, the last first, back to the one that left this commit, as far as GitHub's activity log tells of them. */
export async function readMoves(repository: RequestsRepository, from: string): Promise<BranchMove[]> {
  const { octokit, branch } = repository;
  return octokit.paginate(
    octokit.rest.repos.listActivities,
    { ...named(repository), ref: `refs/heads/${branch}`, per_page: 100 },
    ({ data }, done) => {
      if (data.some(({ before }) => before === from)) done();
      return data.map(({ before, after }) => ({ before, after }));
    },
  );
}

/** The commits that a branch gained from one commit to another. */
export async function readCommitsBetween(
  repository: RequestsRepository,
  before: string,
  after: string,
): Promise<string[]> {
  const { octokit } = repository;
  const commits = await octokit.paginate(
    octokit.rest.repos.compareCommitsWithBasehead,
    { ...named(repository), basehead: `${before}...${after}`, per_page: 100 },
    // Octokit's types take the page for the list of commits; it is GitHub's whole answer.
    ({ data }) => (data as unknown as { commits: { sha: string }[] }).commits,
  );
  return commits.map(({ sha }) => sha);
}

/** The pull requests that commits belong to, open and closed, as GitHub knows them. */
export async function readPullsOf(
  repository: RequestsRepository,
  commits: readonly string[],
): Promise<number[]> {
  const { octokit } = repository;
  const lists = await Promise.all(
    commits.map((sha) =>
      octokit.paginate(octokit.rest.repos.listPullRequestsAssociatedWithCommit, {
        ...named(repository),
        commit_sha: sha,
        per_page: 100,
      }),
    ),
  );
  return [...new Set(lists.flat().map(({ number }) => number))].toSorted((a, b) => a - b);
}
