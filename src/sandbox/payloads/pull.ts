import { atLeast, levelOf } from '../model/access.ts';
import type { User } from '../model/account.ts';
import { headRepository, type GitHub } from '../model/github.ts';
import { mergeableState, testMerge } from '../model/mergeability.ts';
import { pullChanges, pullCommits } from '../model/pull-changes.ts';
import type { AutoMerge, Label, Pull } from '../model/pull.ts';
import type { Repository } from '../model/repository.ts';
import { stackOf } from '../model/stack.ts';
import { ownerUser, simpleTeam, simpleUser, teamPayload } from './account.ts';
import { sum } from './commit.ts';
import type { AuthorAssociation, FullPull, ListedPull } from './descriptions.ts';
import { instant } from './instant.ts';
import { nodeId } from './node-id.ts';
import { apiUrl, pageUrl, repositoryPayload } from './repository.ts';

/** A pull request as lists show it. */
export async function listedPull(github: GitHub, repository: Repository, pull: Pull) {
  return {
    ...pullBasics(github, repository, pull),
    ...(await stackPart(repository, pull)),
    requested_teams: pull.requestedTeams.map((team) => teamPayload(github, repository.owner, team)),
    merge_commit_sha: await mergeCommitSha(github, repository, pull),
  } satisfies ListedPull;
}

/** A pull request with what only GitHub's own arithmetic knows: whether it merges, how much it changes. */
export async function fullPull(github: GitHub, repository: Repository, pull: Pull) {
  const open = pull.state === 'open';
  const clean = open ? (await testMerge(github, repository, pull)).sha !== null : null;
  return {
    ...(await pullWithCounts(github, repository, pull)),
    merge_commit_sha: await mergeCommitSha(github, repository, pull),
    mergeable: clean,
    rebaseable: clean,
    mergeable_state: open ? await mergeableState(github, repository, pull) : 'unknown',
  } satisfies FullPull;
}

/** As `fullPull`, at a moment when GitHub has not tried the merge yet. */
export async function pullWithCounts(github: GitHub, repository: Repository, pull: Pull) {
  const [changes, commits] = await Promise.all([
    pullChanges(repository, pull),
    pullCommits(repository, pull),
  ]);
  return {
    ...pullBasics(github, repository, pull),
    ...(await stackPart(repository, pull)),
    requested_teams: pull.requestedTeams.map((team) => simpleTeam(github, repository.owner, team)),
    merge_commit_sha: pull.merged?.sha ?? null,
    merged: pull.merged !== null,
    mergeable: null,
    rebaseable: null,
    mergeable_state: 'unknown',
    merged_by: pull.merged && simpleUser(github, pull.merged.by),
    comments: repository.comments.filter(({ number }) => number === pull.number).length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: commits.length,
    additions: sum(changes.map(({ additions }) => additions)),
    deletions: sum(changes.map(({ deletions }) => deletions)),
    changed_files: changes.length,
  } satisfies FullPull;
}

async function mergeCommitSha(github: GitHub, repository: Repository, pull: Pull): Promise<string | null> {
  if (pull.merged) return pull.merged.sha;
  return pull.state === 'open' ? (await testMerge(github, repository, pull)).sha : null;
}

/** Where a pull request stands in its stack; nothing where it stands alone. */
async function stackPart(repository: Repository, pull: Pull) {
  const stack = stackOf(repository, pull);
  if (!stack) return {};
  const { id, number, base, pulls } = stack;
  const sha = (await repository.git.commitSha(`refs/heads/${base}`)) ?? '';
  const position = pulls.indexOf(pull) + 1;
  return { stack: { id, number, size: pulls.length, position, base: { ref: base, sha } } };
}

function pullBasics(github: GitHub, repository: Repository, pull: Pull) {
  const api = `${apiUrl(github, repository)}/pulls/${pull.number}`;
  const page = `${pageUrl(github, repository)}/pull/${pull.number}`;
  const issue = `${apiUrl(github, repository)}/issues/${pull.number}`;
  const statuses = `${apiUrl(github, repository)}/statuses/${pull.head.sha}`;
  const reviewComment = `${apiUrl(github, repository)}/pulls/comments{/number}`;
  const side = ({ ref, sha }: Pull['base'], of: Repository) => ({
    label: `${of.owner.login}:${ref}`,
    ref,
    sha,
    user: ownerUser(github, of.owner),
    repo: repositoryPayload(github, of),
  });
  return {
    url: api,
    id: pull.id,
    node_id: nodeId('PullRequest', pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: simpleUser(github, pull.author),
    body: pull.body,
    created_at: instant(pull.createdAt),
    updated_at: instant(pull.updatedAt),
    closed_at: instant(pull.closedAt),
    merged_at: instant(pull.merged?.at ?? null),
    assignee: null,
    assignees: [],
    requested_reviewers: pull.requestedReviewers.map((user) => simpleUser(github, user)),
    labels: pull.labels.map((label) => labelPayload(github, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${api}/commits`,
    review_comments_url: `${api}/comments`,
    review_comment_url: reviewComment,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    head: side(pull.head, headRepository(github, pull)),
    base: side(pull.base, repository),
    _links: {
      self: { href: api },
      html: { href: page },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${api}/comments` },
      review_comment: { href: reviewComment },
      commits: { href: `${api}/commits` },
      statuses: { href: statuses },
    },
    author_association: authorAssociation(repository, pull.author),
    auto_merge: pull.autoMerge && autoMergePayload(github, pull.autoMerge),
    active_lock_reason: null,
  };
}

function autoMergePayload(github: GitHub, { by, method, title, message }: AutoMerge) {
  return {
    enabled_by: simpleUser(github, by.user),
    merge_method: method,
    commit_title: title ?? '',
    commit_message: message ?? '',
  };
}

/** A pull request as check runs refer to it. */
export function minimalPull(github: GitHub, repository: Repository, pull: Pull) {
  const repo = {
    id: repository.id,
    url: apiUrl(github, repository),
    name: repository.name,
  };
  return {
    url: `${apiUrl(github, repository)}/pulls/${pull.number}`,
    id: pull.id,
    number: pull.number,
    head: { ref: pull.head.ref, sha: pull.head.sha, repo },
    base: { ref: pull.base.ref, sha: pull.base.sha, repo },
  };
}

export function labelPayload(github: GitHub, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId('Label', label.id),
    url: `${apiUrl(github, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description ?? '',
  };
}

/** How an account stands to the repository that it speaks in. */
export function authorAssociation(repository: Repository, user: User): AuthorAssociation {
  if (repository.owner.members.has(user.id)) return 'MEMBER';
  if (user.type === 'Bot') return 'NONE';
  return atLeast(levelOf(repository, user), 'triage') ? 'COLLABORATOR' : 'NONE';
}
