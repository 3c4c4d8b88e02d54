import { ask, nodesOf, type Page } from './graphql.ts';
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

/** So many commits are asked about at once. */
const together = 50;

interface CommitPulls {
  readonly associatedPullRequests: Page<{ readonly number: number }> | null;
}

/** The pull requests that commits belong to, as GitHub knows them: those that brought one, and the open ones of one that is not on the default branch. */
export async function readPullsOf(
  repository: RequestsRepository,
  commits: readonly string[],
): Promise<number[]> {
  const numbers = new Set<number>();
  for (let first = 0; first < commits.length; first += together) {
    let left = commits.slice(first, first + together).map((sha) => ({ sha, after: null as string | null }));
    while (left.length > 0) {
      const pages = await askForPulls(repository, left);
      for (const page of pages) for (const { number } of nodesOf(page)) numbers.add(number);
      left = left.flatMap(({ sha }, nth) => {
        const info = pages[nth]?.pageInfo;
        return info?.hasNextPage ? [{ sha, after: info.endCursor }] : [];
      });
    }
  }
  return [...numbers].toSorted((a, b) => a - b);
}

async function askForPulls(
  repository: RequestsRepository,
  asked: readonly { readonly sha: string; readonly after: string | null }[],
): Promise<Page<{ readonly number: number }>[]> {
  const declared = asked.map((_, nth) => `$sha${nth}: GitObjectID!, $after${nth}: String`);
  const fields = asked.map(
    (_, nth) => `commit${nth}: object(oid: $sha${nth}) { ... on Commit {
      associatedPullRequests(first: 100, after: $after${nth}) {
        totalCount nodes { number } pageInfo { hasNextPage endCursor }
      }
    } }`,
  );
  const { repository: found } = await ask<{ repository: Readonly<Record<string, CommitPulls | null>> }>(
    repository,
    `query ($owner: String!, $repo: String!, ${declared.join(', ')}) {
      repository(owner: $owner, name: $repo) { ${fields.join('\n')} }
    }`,
    {
      ...named(repository),
      ...Object.fromEntries(
        asked.flatMap(({ sha, after }, nth) => [
          [`sha${nth}`, sha],
          [`after${nth}`, after],
        ]),
      ),
    },
  );
  return asked.map(({ sha }, nth) => {
    const pulls = found[`commit${nth}`]?.associatedPullRequests;
    if (!pulls) throw new Error(`GitHub does not tell of the pull requests of ${sha}: look again`);
    return pulls;
  });
}
