import type { Commit, Signature } from '../git/commit.ts';
import { diff } from '../git/diff.ts';
import { commitsBetween } from '../git/history.ts';
import { noreplyAddress } from '../model/account.ts';
import { NO_COMMIT } from '../model/activity.ts';
import type { GitHubEvent } from '../model/event.ts';
import { userByAddress, type GitHub } from '../model/github.ts';
import type { Repository } from '../model/repository.ts';
import { ownerUser } from '../payloads/account.ts';
import { instant } from '../payloads/instant.ts';
import { pageUrl, repositoryPayload } from '../payloads/repository.ts';
import type { PushBody } from './descriptions.ts';

/** The body of a `push` webhook: the commits that are new to the ref, oldest first. */
export async function pushPayload(
  github: GitHub,
  event: Extract<GitHubEvent, { event: 'push' }>,
): Promise<PushBody> {
  const { repository, ref, before, after, forced, sender } = event;
  // The ref of an annotated tag points at the tag, not at its commit.
  const tip = after === NO_COMMIT ? undefined : await repository.git.commitSha(after);
  const shas = tip === undefined ? [] : await newCommits(repository, before, after);
  const commits = await Promise.all(
    shas.slice(0, github.limits.pushedCommits).map((sha) => pushedCommit(github, repository, sha)),
  );
  return {
    ref,
    before,
    after,
    repository: pushedRepository(github, repository),
    pusher: { name: sender.login, email: noreplyAddress(sender) },
    created: before === NO_COMMIT,
    deleted: after === NO_COMMIT,
    forced,
    base_ref: null,
    compare: compareUrl(github, event),
    commits,
    head_commit: tip === undefined ? null : await pushedCommit(github, repository, tip),
  };
}

/** A new branch brings what the default branch lacks. */
async function newCommits(repository: Repository, before: string, after: string): Promise<string[]> {
  if (before !== NO_COMMIT) return commitsBetween(repository.git, before, after);
  const trunk = await repository.git.commitSha(`refs/heads/${repository.defaultBranch}`);
  return trunk === undefined ? [] : commitsBetween(repository.git, trunk, after);
}

function compareUrl(github: GitHub, event: Extract<GitHubEvent, { event: 'push' }>): string {
  const compare = `${pageUrl(github, event.repository)}/compare`;
  if (event.before === NO_COMMIT || event.after === NO_COMMIT)
    return `${compare}/${event.ref.replace('refs/heads/', '')}`;
  return `${compare}/${event.before.slice(0, 12)}...${event.after.slice(0, 12)}`;
}

async function pushedCommit(github: GitHub, repository: Repository, sha: string) {
  const commit = await repository.git.commit(sha);
  const paths = await changedPaths(repository, commit);
  return {
    id: sha,
    tree_id: commit.tree,
    distinct: true,
    message: commit.message,
    timestamp: instant(commit.committer.date),
    url: `${pageUrl(github, repository)}/commit/${sha}`,
    author: pushedBy(github, commit.author),
    committer: pushedBy(github, commit.committer),
    ...paths,
  };
}

async function changedPaths({ git }: Repository, commit: Commit) {
  const changes = await diff(git, commit.parents[0] ?? (await git.writeTree([])), commit.sha);
  const paths = (...statuses: string[]) =>
    changes.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  const renamed = changes.flatMap(({ previousPath }) => previousPath ?? []);
  return {
    added: paths('added', 'renamed'),
    removed: [...paths('removed'), ...renamed],
    modified: paths('modified', 'changed'),
  };
}

function pushedBy(github: GitHub, { name, email }: Signature) {
  const user = userByAddress(github, email);
  return { name, email, ...(user ? { username: user.login } : {}) };
}

/** A push has its repository with dates in seconds and the owner's name. */
function pushedRepository(github: GitHub, repository: Repository) {
  const { owner } = repository;
  return {
    ...repositoryPayload(github, repository),
    owner: { name: owner.login, email: null, ...ownerUser(github, owner) },
    url: pageUrl(github, repository),
    created_at: Math.floor(repository.createdAt.getTime() / 1000),
    pushed_at: Math.floor(repository.pushedAt.getTime() / 1000),
    stargazers: 0,
    master_branch: repository.defaultBranch,
    custom_properties: {},
    organization: owner.login,
  };
}
