import { isAncestor } from '../git/history.ts';
import { activeMemberIds, teamBySlug } from './account.ts';
import { atLeast, levelOf } from './access.ts';
import type { Performer } from './app.ts';
import { checkRunsOn } from './check.ts';
import { codeOwners, ownsAs } from './code-owners.ts';
import type { Actors, Protection } from './protection.ts';
import type { Pull } from './pull.ts';
import { pullChanges } from './pull-changes.ts';
import type { Repository } from './repository.ts';
import { decisiveReviews } from './review.ts';

const NOT_AUTHORIZED =
  "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.";

/** A ref that somebody wants to move; `after` null to delete it, `before` null where it does not exist yet. */
export interface Push {
  branch: string;
  before: string | null;
  after: string | null;
  forced: boolean;
}

/** Why the protection of a branch refuses a push; empty where it does not. */
export function pushRefusals(repository: Repository, performer: Performer, push: Push): string[] {
  const rule = repository.protection.get(push.branch);
  if (!rule) return [];
  if (push.after === null) return rule.allowDeletions ? [] : ['Cannot delete this protected branch'];
  const refusals =
    push.forced && !rule.allowForcePushes ? ['Cannot force-push to this protected branch'] : [];
  if (mayBypass(repository, rule, performer)) return refusals;
  if (rule.pushers && !among(repository, rule.pushers, performer)) refusals.push(NOT_AUTHORIZED);
  if (needsPullRequest(rule)) refusals.push('Changes must be made through a pull request.');
  return [...refusals, ...unmetChecks(repository, rule, push.after)];
}

/** What keeps a pull request from being merged by this performer; empty where nothing does. */
export async function mergeRefusals(
  repository: Repository,
  performer: Performer,
  pull: Pull,
): Promise<string[]> {
  const rule = repository.protection.get(pull.base.ref);
  if (!rule || mayBypass(repository, rule, performer)) return [];
  const refusals = await unmetRules(repository, pull);
  if (rule.pushers && !among(repository, rule.pushers, performer)) refusals.push(NOT_AUTHORIZED);
  return refusals;
}

/** What the base's protection still asks of a pull request, whoever wants to merge it. */
export async function unmetRules(repository: Repository, pull: Pull): Promise<string[]> {
  const rule = repository.protection.get(pull.base.ref);
  if (!rule) return [];
  const unmet = unmetChecks(repository, rule, pull.head.sha);
  if (await isBehind(repository, pull)) unmet.push('Head branch is out of date');
  return [...unmet, ...unmetReviews(repository, rule, pull), ...(await unmetOwners(repository, rule, pull))];
}

/** Whether the base asks for its tip to be in the head, and it is not. */
export async function isBehind(repository: Repository, pull: Pull): Promise<boolean> {
  if (!repository.protection.get(pull.base.ref)?.requireUpToDate) return false;
  const tip = await repository.git.commitSha(`refs/heads/${pull.base.ref}`);
  return tip !== undefined && !(await isAncestor(repository.git, tip, pull.head.sha));
}

function unmetChecks(repository: Repository, rule: Protection, sha: string): string[] {
  const runs = checkRunsOn(repository, sha, 'latest');
  const states = (rule.requiredChecks ?? []).flatMap(({ context, appId }) => {
    const run = runs.find(
      ({ name, suite }) => name === context && (appId === undefined || suite.app.id === appId),
    );
    if (!run) return [{ context, state: 'is expected' }];
    if (run.status !== 'completed')
      return [{ context, state: run.status === 'queued' ? 'is queued' : 'is in progress' }];
    if (['success', 'neutral', 'skipped'].includes(run.conclusion ?? '')) return [];
    return [{ context, state: 'is failing' }];
  });
  const [only, another] = states;
  if (!only) return [];
  if (!another) return [`Required status check "${only.context}" ${only.state}.`];
  const total = rule.requiredChecks?.length ?? 0;
  const state = states.every((one) => one.state === only.state)
    ? only.state.replace(/^is/, 'are')
    : 'have not succeeded';
  return [`${states.length} of ${total} required status checks ${state}.`];
}

function unmetReviews(repository: Repository, rule: Protection, pull: Pull): string[] {
  const needed = rule.requiredApprovals ?? 0;
  if (needed === 0 && !rule.requireCodeOwnerReviews) return [];
  // An app's review counts for the number; a person's only with write access.
  const counting = decisiveReviews(pull.reviews).filter(
    ({ user }) => user.type === 'Bot' || atLeast(levelOf(repository, user), 'write'),
  );
  if (counting.some(({ state }) => state === 'CHANGES_REQUESTED')) return ['Changes have been requested.'];
  const approvals = counting.filter(({ state }) => state === 'APPROVED').length;
  if (approvals >= needed) return [];
  const subject = needed === 1 ? 'approving review is' : 'approving reviews are';
  return [`At least ${needed} ${subject} required by reviewers with write access.`];
}

async function unmetOwners(repository: Repository, rule: Protection, pull: Pull): Promise<string[]> {
  if (!rule.requireCodeOwnerReviews) return [];
  const changes = await pullChanges(repository, pull);
  const paths = changes.flatMap(({ path, previousPath }) => (previousPath ? [path, previousPath] : [path]));
  const owners = await codeOwners(repository, `refs/heads/${pull.base.ref}`, paths);
  const approvers = decisiveReviews(pull.reviews)
    .filter(({ state }) => state === 'APPROVED')
    .map(({ user }) => user);
  const missing = [...owners.values()].filter(
    (names) =>
      names.length > 0 &&
      !names.some((name) => approvers.some((approver) => ownsAs(repository, name, approver))),
  );
  const awaited = [...new Set(missing.flat())].map((name) => name.slice(1));
  return awaited.length === 0 ? [] : [`Waiting on code owner review from ${awaited.join(' and/or ')}.`];
}

function needsPullRequest(rule: Protection): boolean {
  return Boolean(rule.requirePullRequest || rule.requiredApprovals || rule.requireCodeOwnerReviews);
}

function mayBypass(repository: Repository, { bypass }: Protection, performer: Performer): boolean {
  if (!bypass) return false;
  const admin = !performer.app && levelOf(repository, performer.user) === 'admin';
  return (Boolean(bypass.admins) && admin) || among(repository, bypass, performer);
}

function among(repository: Repository, actors: Actors, { user, app }: Performer): boolean {
  if (app) return actors.apps?.includes(app.slug) ?? false;
  const inTeam = (slug: string) => {
    const team = teamBySlug(repository.owner, slug);
    return team !== undefined && activeMemberIds(repository.owner, team).includes(user.id);
  };
  return (actors.users?.includes(user.login) ?? false) || (actors.teams?.some(inTeam) ?? false);
}
