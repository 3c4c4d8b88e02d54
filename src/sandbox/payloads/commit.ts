import type { Commit, Signature } from '../git/commit.ts';
import { diff, type FileChange } from '../git/diff.ts';
import { userByAddress, type GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { simpleUser } from './account.ts';
import type { Commit as CommitPayload, DiffEntry, GitCommit } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, pageUrl } from './repository.ts';

/** A commit as git sees it. */
export function gitCommit(github: GitHub, repository: Repository, commit: Commit): GitCommit {
  const { sha, tree, parents, message } = commit;
  const api = `${apiUrl(github, repository)}/git`;
  return {
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    url: `${api}/commits/${sha}`,
    html_url: `${pageUrl(github, repository)}/commit/${sha}`,
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    tree: { sha: tree, url: `${api}/trees/${tree}` },
    message,
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${pageUrl(github, repository)}/commit/${parent}`,
    })),
    verification: verification(repository, sha),
  };
}

/** A commit in a few words, as check suites carry it. */
export function simpleCommit({ sha, tree, message, author, committer }: Commit) {
  const who = ({ name, email }: Signature) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: instant(committer.date),
    author: who(author),
    committer: who(committer),
  };
}

/** A commit as GitHub sees it: with the accounts behind its addresses. */
export function commitPayload(
  github: GitHub,
  repository: Repository,
  commit: Commit,
): Omit<CommitPayload, 'stats' | 'files'> {
  const { sha, tree, message } = commit;
  const api = apiUrl(github, repository);
  const account = ({ email }: Signature) => {
    const user = userByAddress(github, email);
    return user && simpleUser(github, user);
  };
  return {
    sha,
    node_id: nodeId('Commit', `${repository.id}:${sha}`),
    commit: {
      author: gitUser(commit.author),
      committer: gitUser(commit.committer),
      message,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: verification(repository, sha),
    },
    url: `${api}/commits/${sha}`,
    html_url: `${pageUrl(github, repository)}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: account(commit.author),
    committer: account(commit.committer),
    parents: commit.parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${pageUrl(github, repository)}/commit/${parent}`,
    })),
  };
}

/** A commit with what it changed, against its first parent. */
export async function commitWithFiles(
  github: GitHub,
  repository: Repository,
  sha: string,
): Promise<CommitPayload> {
  const commit = await repository.git.commit(sha);
  const changes = await diff(repository.git, commit.parents[0] ?? (await repository.git.writeTree([])), sha);
  const additions = sum(changes.map((change) => change.additions));
  const deletions = sum(changes.map((change) => change.deletions));
  return {
    ...commitPayload(github, repository, commit),
    stats: { total: additions + deletions, additions, deletions },
    files: changes.map((change) => diffEntry(github, repository, change, sha)),
  };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A changed file, as pull requests, commits and comparisons list it. */
export function diffEntry(
  github: GitHub,
  repository: Repository,
  change: FileChange,
  ref: string,
): DiffEntry {
  const path = change.path.split('/').map(encodeURIComponent).join('/');
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${pageUrl(github, repository)}/blob/${ref}/${path}`,
    raw_url: `${pageUrl(github, repository)}/raw/${ref}/${path}`,
    contents_url: `${apiUrl(github, repository)}/contents/${path}?ref=${ref}`,
    ...(change.patch === undefined ? {} : { patch: change.patch }),
    ...(change.previousPath === undefined ? {} : { previous_filename: change.previousPath }),
  };
}

function gitUser({ name, email, date }: Signature) {
  return { name, email, date: instant(date) };
}

function verification({ signedAt }: Repository, sha: string): GitCommit['verification'] {
  const at = signedAt.get(sha);
  return {
    verified: at !== undefined,
    reason: at ? 'valid' : 'unsigned',
    signature: null,
    payload: null,
    verified_at: at ? instant(at) : null,
  };
}
