import type { Probot } from 'probot';
import { decideMerge, evaluatePull, storeReview, type Task } from './jobs/tasks.ts';

/** A webhook as far as anybody looks into it: it only says where to look. */
export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly action: string | null;
  readonly repositoryId: number | null;
  readonly payload: unknown;
}

/** The Probot function: every delivery whose signature holds is handed to the intake, and answered once that has stored it. */
export function countersign(accept: (delivery: Delivery) => Promise<void>): (app: Probot) => void {
  return (app) => {
    app.onAny(async ({ id, name, payload }: { id: string; name: string; payload: unknown }) => {
      const { action, repository } = payload as WebhookPayload;
      await accept({
        id,
        event: name,
        action: action ?? null,
        repositoryId: repository?.id ?? null,
        payload,
      });
    });
  };
}

/** The parts of GitHub's payloads that name what happened where. */
interface WebhookPayload {
  readonly action?: string;
  readonly repository?: { readonly id: number };
  readonly ref?: string;
  readonly pull_request?: { readonly number: number; readonly merged?: boolean };
  readonly review?: { readonly id: number; readonly commit_id: string | null };
  readonly check_run?: { readonly pull_requests: readonly { readonly number: number }[] };
}

const asksToEvaluate = new Set(['opened', 'reopened', 'synchronize', 'edited', 'ready_for_review']);

/** Which webhook leads to which task, for a repository that is bound with this default branch. */
export function tasksFor(delivery: Delivery, repositoryId: number, branch: string): Task[] {
  const { event, action } = delivery;
  const { pull_request: pull, review, check_run: check, ref } = delivery.payload as WebhookPayload;
  switch (event) {
    case 'pull_request':
      if (!pull) return [];
      if (action === 'closed') return pull.merged ? [decideMerge(repositoryId)] : [];
      return asksToEvaluate.has(action ?? '') ? [evaluatePull(repositoryId, pull.number)] : [];
    case 'pull_request_review':
      if (!pull || !review) return [];
      return action === 'submitted'
        ? [storeReview({ repositoryId, pull: pull.number, reviewId: review.id, headSha: review.commit_id })]
        : [evaluatePull(repositoryId, pull.number)];
    case 'push':
      return ref === `refs/heads/${branch}` ? [decideMerge(repositoryId)] : [];
    case 'check_run':
      return action === 'rerequested' && check
        ? check.pull_requests.map(({ number }) => evaluatePull(repositoryId, number))
        : [];
    default:
      return [];
  }
}
