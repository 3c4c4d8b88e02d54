import { announcePullTask } from './announce-pull.ts';
import { applyGrantsTask } from './apply-grants.ts';
import { decideAgainTask } from './decide-again.ts';
import { decideMergeTask } from './decide-merge.ts';
import { evaluateGroupTask } from './evaluate-group.ts';
import { evaluatePullTask } from './evaluate-pull.ts';
import { mergeApprovedTask } from './merge-approved.ts';
import { mergeRevertTask } from './merge-revert.ts';
import { handOutTask } from './hand-out.ts';
import type { Parts } from './parts.ts';
import type { Handlers } from './queue.ts';
import { reviewEmergencyTask } from './review-emergency.ts';
import { storeReviewTask } from './store-review.ts';
import { redeliverFailedTask } from './redeliver-failed.ts';
import type { Task } from './tasks.ts';
import { sweepTask } from './sweep.ts';
import { takeFromLeaversTask } from './take-from-leavers.ts';
import { tendRevertTask } from './tend-revert.ts';
import { writeRecordsTask } from './write-records.ts';

/** Which code carries out which task. */
export function handlers(parts: Parts): Handlers<Task> {
  return {
    'evaluate-pull': (data) => evaluatePullTask(parts, data),
    'evaluate-group': (data) => evaluateGroupTask(parts, data),
    'store-review': (data) => storeReviewTask(parts, data),
    'review-emergency': (data) => reviewEmergencyTask(parts, data),
    'decide-merge': (data) => decideMergeTask(parts, data),
    'decide-again': (data) => decideAgainTask(parts, data),
    'apply-grants': (data) => applyGrantsTask(parts, data),
    'hand-out': (data) => handOutTask(parts, data),
    'tend-revert': (data) => tendRevertTask(parts, data),
    'merge-approved': (data) => mergeApprovedTask(parts, data),
    'merge-revert': (data) => mergeRevertTask(parts, data),
    sweep: (data) => sweepTask(parts, data),
    'redeliver-failed': () => redeliverFailedTask(parts),
    'take-from-leavers': (data) => takeFromLeaversTask(parts, data),
    'announce-pull': (data) => announcePullTask(parts, data),
    'write-records': (data) => writeRecordsTask(parts, data),
  };
}
