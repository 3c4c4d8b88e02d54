import { commitsBetween, mergeBase } from '../git/history.ts';
import type { Team, User } from '../model/account.ts';
import { atLeast, levelOf } from '../model/access.ts';
import type { Performer } from '../model/app.ts';
import { codeOwners, ownerOf } from '../model/code-owners.ts';
import { headRepository, type GitHub } from '../model/github.ts';
import { pullChanges } from '../model/pull-changes.ts';
import type { Pull } from '../model/pull.ts';
import { invalid, type Refusal } from '../model/refusal.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { stackOf } from '../model/stack.ts';
import { bringCommit } from './forks.ts';
import { closePull, refreshBase } from './pull-lifecycle.ts';

export interface NewPull {
  title: string;
  body?: string | null | undefined;
  head: string;
  base: string;
  draft?: boolean | undefined;
  maintainerCanModify?: boolean | undefined;
}

function refusal(field: 'base' | 'state' | undefined, message: string): Refusal {
  return invalid({ resource: 'PullRequest', ...(field ? { field } : {}), code: 'custom', message });
}

/** Opens a pull request between two branches of the repository. Refused with 422 as GitHub words it. */
export async function openPull(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  input: NewPull,
): Promise<Pull> {
  const { git } = repository;
  const { from, branch: head } = headOf(github, repository, input.head);
  const [baseSha, headSha] = await Promise.all([
    git.commitSha(`refs/heads/${input.base}`),
    from.git.commitSha(`refs/heads/${head}`),
  ]);
  if (baseSha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (headSha === undefined) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  if (!performer.app && !atLeast(levelOf(from, performer.user), 'write'))
    throw refusal(undefined, 'must be a collaborator');
  await bringCommit(from, repository, headSha);
  if ((await commitsBetween(git, baseSha, headSha)).length === 0)
    throw refusal(undefined, `No commits between ${input.base} and ${head}`);
  if ((await mergeBase(git, baseSha, headSha)) === undefined)
    throw refusal(undefined, `The ${head} branch has no history in common with ${input.base}`);
  const open = pullsOf(repository).some(
    (pull) =>
      pull.state === 'open' &&
      pull.head.repositoryId === from.id &&
      pull.head.ref === head &&
      pull.base.ref === input.base,
  );
  if (open) throw refusal(undefined, `A pull request already exists for ${from.owner.login}:${head}.`);
  const now = github.now();
  const pull: Pull = {
    id: github.nextId(),
    number: Math.max(0, ...repository.pulls.keys()) + 1,
    title: input.title,
    body: input.body ?? null,
    state: 'open',
    draft: input.draft ?? false,
    author: performer.user,
    base: { ref: input.base, sha: baseSha },
    head: { ref: head, sha: headSha, repositoryId: from.id },
    pushed: lastPush(from, head) ?? { id: 0, by: performer.user },
    maintainerCanModify: from !== repository && (input.maintainerCanModify ?? true),
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    autoMerge: null,
    merged: null,
    requestedReviewers: [],
    requestedTeams: [],
    labels: [],
    timeline: [],
    reviews: [],
  };
  repository.pulls.set(pull.number, pull);
  await git.setRef(`refs/pull/${pull.number}/head`, headSha);
  await github.publish({ event: 'pull_request', action: 'opened', repository, sender: performer.user, pull });
  if (!pull.draft) await requestOwners(github, repository, performer, pull);
  return pull;
}

function lastPush({ activities }: Repository, branch: string): Pull['pushed'] | undefined {
  const push = activities.findLast(({ ref }) => ref === `refs/heads/${branch}`);
  return push && { id: push.id, by: push.actor };
}

/** `branch`, or `owner:branch` of the repository or one of its forks. */
function headOf(github: GitHub, repository: Repository, head: string): { from: Repository; branch: string } {
  const colon = head.indexOf(':');
  if (colon < 0) return { from: repository, branch: head };
  const owner = head.slice(0, colon).toLowerCase();
  const from = [repository, ...github.repositories.values()].find(
    (one) => (one === repository || one.parent === repository) && one.owner.login.toLowerCase() === owner,
  );
  if (!from) throw invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
  return { from, branch: head.slice(colon + 1) };
}

/** Asks the code owners of the changed files for a review, as far as they may own. */
export async function requestOwners(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
): Promise<void> {
  const paths = (await pullChanges(repository, pull)).map(({ path }) => path);
  const owners = await codeOwners(repository, `refs/heads/${pull.base.ref}`, paths);
  const reviewers = [...new Set([...owners.values()].flat())]
    .flatMap((owner) => ownerOf(github, repository, owner) ?? [])
    .filter((owner) => owner !== pull.author);
  await requestReviews(github, repository, performer, pull, reviewers);
}

/** Asks people and teams for a review; whoever was asked already is not asked twice. */
export async function requestReviews(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
  reviewers: readonly (User | Team)[],
): Promise<void> {
  for (const reviewer of reviewers) {
    if ('login' in reviewer) {
      if (pull.requestedReviewers.includes(reviewer)) continue;
      pull.requestedReviewers.push(reviewer);
    } else {
      if (pull.requestedTeams.includes(reviewer)) continue;
      pull.requestedTeams.push(reviewer);
    }
    await github.publish({
      event: 'pull_request',
      action: 'review_requested',
      repository,
      sender,
      pull,
      reviewer,
    });
  }
}

export interface PullEdit {
  title?: string | undefined;
  body?: string | null | undefined;
  state?: 'open' | 'closed' | undefined;
  base?: string | undefined;
  maintainerCanModify?: boolean | undefined;
}

/** Edits title, body and base, closes and reopens. */
export async function editPull(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  edit: PullEdit,
): Promise<void> {
  const { user: sender } = performer;
  const changes: Record<string, unknown> = {};
  if (edit.title !== undefined && edit.title !== pull.title) {
    changes['title'] = { from: pull.title };
    pull.title = edit.title;
  }
  if (edit.body !== undefined && edit.body !== pull.body) {
    changes['body'] = { from: pull.body ?? '' };
    pull.body = edit.body;
  }
  if (edit.base !== undefined && edit.base !== pull.base.ref) {
    changes['base'] = { ref: { from: pull.base.ref }, sha: { from: pull.base.sha } };
    await retarget(repository, pull, edit.base);
  }
  if (pull.head.repositoryId !== repository.id && performer.user === pull.author)
    pull.maintainerCanModify = edit.maintainerCanModify ?? pull.maintainerCanModify;
  pull.updatedAt = github.now();
  if (Object.keys(changes).length > 0)
    await github.publish({ event: 'pull_request', action: 'edited', repository, sender, pull, changes });
  if (edit.state === 'closed' && pull.state === 'open') await closePull(github, repository, performer, pull);
  if (edit.state === 'open' && pull.state === 'closed') await reopen(github, repository, performer, pull);
}

async function retarget(repository: Repository, pull: Pull, base: string): Promise<void> {
  if (pull.state === 'closed')
    throw refusal('base', 'Cannot change the base branch of a closed pull request.');
  if (stackOf(repository, pull))
    throw refusal('base', 'Cannot change the base branch because the pull request is part of a stack.');
  const sha = await repository.git.commitSha(`refs/heads/${base}`);
  if (sha === undefined) throw invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if ((await commitsBetween(repository.git, sha, pull.head.sha)).length === 0)
    throw refusal(
      'base',
      `There are no new commits between base branch '${base}' and head branch '${pull.head.ref}'`,
    );
  pull.base = { ref: base, sha };
}

async function reopen(
  github: GitHub,
  repository: Repository,
  { user: sender }: Performer,
  pull: Pull,
): Promise<void> {
  if (pull.merged) throw refusal('state', 'state cannot be changed. The pull request cannot be reopened.');
  const tip = await headRepository(github, pull).git.commitSha(`refs/heads/${pull.head.ref}`);
  if (tip === undefined)
    throw refusal('state', `state cannot be changed. The ${pull.head.ref} branch has been deleted.`);
  if (tip !== pull.head.sha)
    throw refusal(
      'state',
      `state cannot be changed. The ${pull.head.ref} branch was force-pushed or recreated.`,
    );
  pull.state = 'open';
  pull.closedAt = null;
  await refreshBase(repository, pull);
  await github.publish({ event: 'pull_request', action: 'reopened', repository, sender, pull });
}
