import { answered, named, type RequestsRepository } from './requests-repository.ts';

export interface PullText {
  readonly title: string;
  readonly body: string;
}

/** The open pull request from one of the app's own branches, opened where there is none, and given these words where it has others. */
export async function openPull(
  repository: RequestsRepository,
  { branch, title, body }: PullText & { readonly branch: string },
): Promise<number> {
  const { rest } = repository.octokit;
  const own = await openPullFrom(repository, branch);
  if (own) {
    if (own.title !== title || own.body !== body)
      await rest.pulls.update({ ...named(repository), pull_number: own.number, title, body });
    return own.number;
  }
  const { data } = await rest.pulls.create({
    ...named(repository),
    base: repository.branch,
    head: branch,
    title,
    body,
  });
  return data.number;
}

/** The open pull request from one of the app's own branches. */
export async function openPullFrom(
  repository: RequestsRepository,
  branch: string,
): Promise<{ readonly number: number; readonly title: string; readonly body: string | null } | undefined> {
  const { data: standing } = await repository.octokit.rest.pulls.list({
    ...named(repository),
    state: 'open',
    base: repository.branch,
    head: `${repository.owner}:${branch}`,
  });
  // A fork inside the organization has the same label.
  return standing.find(({ head }) => head.repo?.id === repository.id);
}

/** What GitHub made of a merge: the commit, or the words with which it refused. */
export type MergeOutcome = { readonly merged: string } | { readonly refused: string };

/** Merges a pull request at exactly this head. Refusals of the ruleset (405), of a moved head (409) and of permissions (403) are answers. */
export async function mergePull(
  repository: RequestsRepository,
  pull: number,
  headSha: string,
): Promise<MergeOutcome> {
  try {
    const { data } = await repository.octokit.rest.pulls.merge({
      ...named(repository),
      pull_number: pull,
      sha: headSha,
      merge_method: 'merge',
    });
    return { merged: data.sha };
  } catch (error) {
    if (answered(error, 403, 405, 409, 422)) return { refused: (error as Error).message };
    throw error;
  }
}

export async function closePull(repository: RequestsRepository, pull: number): Promise<void> {
  await repository.octokit.rest.pulls.update({ ...named(repository), pull_number: pull, state: 'closed' });
}

/** Asks people and teams for a review. What GitHub says where it refuses one of them, and so all; `null` where it does not. */
export async function askForReviews(
  repository: RequestsRepository,
  pull: number,
  { people, teams }: { readonly people: readonly string[]; readonly teams: readonly string[] },
): Promise<string | null> {
  try {
    await repository.octokit.rest.pulls.requestReviewers({
      ...named(repository),
      pull_number: pull,
      reviewers: [...people],
      team_reviewers: [...teams],
    });
    return null;
  } catch (error) {
    if (answered(error, 422)) return (error as Error).message;
    throw error;
  }
}

/** Removes one of the app's own branches; one that is gone already is no failure. */
export async function deleteBranch(repository: RequestsRepository, branch: string): Promise<void> {
  try {
    await repository.octokit.rest.git.deleteRef({ ...named(repository), ref: `heads/${branch}` });
  } catch (error) {
    const gone = answered(error, 422) && /does not exist/.test((error as Error).message);
    if (!gone) throw error;
  }
}

/**
 * Says something on a pull request once: a comment of the app's that bears the same marker is found again, and edited where its text
 * differs.
 */
export async function comment(
  repository: RequestsRepository,
  pull: number,
  marker: string,
  text: string,
): Promise<void> {
  const { octokit } = repository;
  const signature = `<!-- countersign:${marker} -->`;
  const body = `${text}\n${signature}`;
  const standing = (
    await octokit.paginate(octokit.rest.issues.listComments, {
      ...named(repository),
      issue_number: pull,
      per_page: 100,
    })
  ).find(
    (known) =>
      known.performed_via_github_app?.id === repository.appId &&
      // A person may speak through the app as well.
      known.user?.type === 'Bot' &&
      known.body?.trimEnd().endsWith(signature),
  );
  if (!standing) await octokit.rest.issues.createComment({ ...named(repository), issue_number: pull, body });
  else if (standing.body?.trimEnd() !== body)
    await octokit.rest.issues.updateComment({ ...named(repository), comment_id: standing.id, body });
}
