import { accountOf, accountOfActor, type Account } from './account.ts';
import { nodesOf } from './graphql.ts';
import type { CommitNode, GitActor } from './pull-query.ts';
import { named, type RequestsRepository } from './requests-repository.ts';

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

/** The commits of a pull request as GraphQL tells of them, with the accounts that it names. */
export function commitOf({ oid, parents, message, author, committer, signature }: CommitNode): PullCommit {
  return {
    sha: oid,
    parents: nodesOf(parents).map((parent) => parent.oid),
    author: signatureOf(author),
    committer: signatureOf(committer),
    message,
    verified: signature?.isValid === true,
  };
}

function signatureOf(actor: GitActor | null): Signature {
  const account = actor?.user ? accountOfActor({ __typename: 'User', ...actor.user }) : null;
  return { email: actor?.email ?? '', account };
}

/**
 * The same commits with every account behind them. GraphQL names no bot there, as REST does: where it names nobody, REST is asked, so that whoever
 * is known counts as known.
 */
export async function withSigners(
  repository: RequestsRepository,
  pull: number,
  commits: readonly PullCommit[],
): Promise<readonly PullCommit[]> {
  if (commits.every(({ author, committer }) => author.account && committer.account)) return commits;
  const { octokit } = repository;
  const listed = await octokit.paginate(octokit.rest.pulls.listCommits, {
    ...named(repository),
    pull_number: pull,
    per_page: 100,
  });
  const bySha = new Map(listed.map((commit) => [commit.sha, commit]));
  return commits.map((commit) => {
    const known = bySha.get(commit.sha);
    if (!known) throw new Error(`pull request ${pull} was pushed to while it was read: look again`);
    return {
      ...commit,
      author: signed(commit.author, known.author),
      committer: signed(commit.committer, known.committer),
    };
  });
}

/** By REST, which gives an empty object for nobody, too. */
function signed({ email, account }: Signature, user: RestSigner): Signature {
  const known = user && 'id' in user ? accountOf(user as Parameters<typeof accountOf>[0]) : null;
  return { email, account: account ?? known };
}

type RestSigner = Parameters<typeof accountOf>[0] | Record<string, never>;
