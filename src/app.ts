import type { Probot } from 'probot';
import type { BoundRepository } from './config.ts';
import type { Delivery } from './database/deliveries.ts';
import {
  decideMerge,
  evaluateGroup,
  evaluatePull,
  storeReview,
  takeFromLeavers,
  type Task,
} from './jobs/tasks.ts';

/**
 * The Probot function. Every delivery whose signature holds and whose repository the operator bound is handed to the intake with the
 * tasks it leads to, and is answered once the intake has stored it.
 */
export function countersign(
  bindings: readonly BoundRepository[],
  accept: (delivery: Delivery, tasks: readonly Task[]) => Promise<void>,
): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }: { id: string; name: string; payload: unknown }) => {
      const webhook = payload as WebhookPayload;
      const concerned = bindings.filter((binding) => concerns(webhook, binding));
      const tasks = concerned.flatMap((binding) => tasksFor(name, webhook, binding));
      const [first] = concerned;
      // What leads to nothing leaves nothing to lose.
      if (!first || tasks.length === 0) return;
      await accept({ id, event: name, action: webhook.action ?? null, repositoryId: first.id }, tasks);
    });
  };
}

/** What happened in a repository concerns that one; what happened to people, every one of their organization. */
function concerns(
  { repository, organization }: WebhookPayload,
  { id, owner }: Pick<BoundRepository, 'id' | 'owner'>,
): boolean {
  if (repository) return repository.id === id;
  return organization?.login.toLowerCase() === owner.toLowerCase();
}

/** The parts of GitHub's payloads that name what happened where. */
export interface WebhookPayload {
  readonly action?: string;
  readonly repository?: { readonly id: number };
  readonly organization?: { readonly login: string };
  readonly ref?: string;
  readonly pull_request?: {
    readonly number: number;
    readonly base: { readonly ref: string };
    readonly merged?: boolean;
  };
  readonly review?: { readonly id: number; readonly commit_id: string | null; readonly state?: string };
  readonly merge_group?: { readonly head_ref: string; readonly base_ref: string };
  readonly check_run?: {
    readonly pull_requests: readonly { readonly number: number }[];
    readonly check_suite: { readonly head_branch: string | null };
  };
}

/** A pull request that is closed leaves its head to others that share it. */
const asksToEvaluate = new Set(['opened', 'reopened', 'synchronize', 'edited', 'ready_for_review', 'closed']);

const peopleLeft = new Set(['removed', 'member_removed']);

/** Which webhook leads to which task. */
export function tasksFor(
  event: string,
  { action, pull_request: pull, review, merge_group: group, check_run: check, ref }: WebhookPayload,
  { id: repositoryId, branch }: Pick<BoundRepository, 'id' | 'branch'>,
): Task[] {
  switch (event) {
    case 'pull_request':
      if (!pull) return [];
      if (pull.merged) return action === 'closed' ? [decideMerge(repositoryId)] : [];
      return asksToEvaluate.has(action ?? '') ? [evaluatePull(repositoryId, pull.number)] : [];
    case 'pull_request_review':
      if (!pull || !review) return [];
      // A comment decides nothing.
      if (action === 'submitted' && review.state === 'commented') return [];
      // What a reviewer saw against another branch says nothing about this one, even if it is retargeted before anybody looks.
      return action === 'submitted' && pull.base.ref === branch
        ? [storeReview({ repositoryId, pull: pull.number, reviewId: review.id, headSha: review.commit_id })]
        : [evaluatePull(repositoryId, pull.number)];
    case 'push':
      return ref === `refs/heads/${branch}` ? [decideMerge(repositoryId)] : [];
    case 'merge_group':
      return action === 'checks_requested' && group?.base_ref === `refs/heads/${branch}`
        ? [evaluateGroup(repositoryId, group.head_ref.replace(/^refs\/heads\//, ''))]
        : [];
    case 'check_run':
      return action === 'rerequested' && check ? whatIsChecked(check, repositoryId) : [];
    case 'membership':
    case 'organization':
      return peopleLeft.has(action ?? '') ? [takeFromLeavers(repositoryId, 'told')] : [];
    default:
      return [];
  }
}

/** Whose check it is: that of pull requests, or of a merge queue's group, which stands on a branch of the queue's own. */
function whatIsChecked(
  { pull_requests: pulls, check_suite: { head_branch: branch } }: NonNullable<WebhookPayload['check_run']>,
  repositoryId: number,
): Task[] {
  return [
    ...pulls.map(({ number }) => evaluatePull(repositoryId, number)),
    ...(branch?.startsWith('gh-readonly-queue/') ? [evaluateGroup(repositoryId, branch)] : []),
  ];
}
