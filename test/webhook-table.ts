import type { WebhookPayload } from '../src/app.ts';
import type { BoundRepository } from '../src/config.ts';
import {
  decideMerge,
  evaluateGroup,
  evaluatePull,
  storeReview,
  takeFromLeavers,
  type Task,
} from '../src/jobs/tasks.ts';

export const bound: BoundRepository = {
  id: 7,
  owner: 'acme',
  repo: 'access',
  branch: 'main',
  connections: [],
};
const pull = { number: 12, base: { ref: 'main' } };
const review = { id: 31, commit_id: 'c'.repeat(40) };
const queued = 'gh-readonly-queue/main/pr-12-abc';
const group = { head_ref: `refs/heads/${queued}`, base_ref: 'refs/heads/main' };
const check_suite = { head_branch: 'mona/1' };
const evaluated = [evaluatePull(7, 12)];
const stored = [storeReview({ repositoryId: 7, pull: 12, reviewId: 31, headSha: review.commit_id })];
export const decided = [decideMerge(7)];

/** Which webhook leads to which task. */
export const table: [event: string, payload: WebhookPayload, tasks: Task[]][] = [
  ['pull_request', { action: 'opened', pull_request: pull }, evaluated],
  ['pull_request', { action: 'reopened', pull_request: pull }, evaluated],
  ['pull_request', { action: 'synchronize', pull_request: pull }, evaluated],
  ['pull_request', { action: 'edited', pull_request: pull }, evaluated],
  ['pull_request', { action: 'ready_for_review', pull_request: pull }, evaluated],
  ['pull_request', { action: 'labeled', pull_request: pull }, []],
  ['pull_request', { action: 'closed', pull_request: { ...pull, merged: true } }, decided],
  ['pull_request', { action: 'closed', pull_request: { ...pull, merged: false } }, evaluated],
  ['pull_request', { action: 'edited', pull_request: { ...pull, merged: true } }, []],
  ['pull_request_review', { action: 'submitted', pull_request: pull, review }, stored],
  [
    'pull_request_review',
    { action: 'submitted', pull_request: pull, review: { ...review, commit_id: null } },
    [storeReview({ repositoryId: 7, pull: 12, reviewId: 31, headSha: null })],
  ],
  [
    'pull_request_review',
    { action: 'submitted', pull_request: { ...pull, base: { ref: 'other' } }, review },
    evaluated,
  ],
  ['pull_request_review', { action: 'edited', pull_request: pull, review }, evaluated],
  [
    'pull_request_review',
    { action: 'submitted', pull_request: pull, review: { ...review, state: 'commented' } },
    [],
  ],
  ['membership', { action: 'removed', organization: { login: 'acme' } }, [takeFromLeavers(7, 'told')]],
  ['membership', { action: 'added', organization: { login: 'acme' } }, []],
  [
    'organization',
    { action: 'member_removed', organization: { login: 'Acme' } },
    [takeFromLeavers(7, 'told')],
  ],
  ['organization', { action: 'member_added', organization: { login: 'acme' } }, []],
  ['pull_request_review', { action: 'dismissed', pull_request: pull, review }, evaluated],
  ['push', { ref: 'refs/heads/main' }, decided],
  ['push', { ref: 'refs/heads/other' }, []],
  ['push', { ref: 'refs/heads/other/main' }, []],
  ['push', { ref: 'refs/tags/main' }, []],
  ['push', { ref: 'refs/heads/countersign/records' }, []],
  [
    'check_run',
    { action: 'rerequested', check_run: { pull_requests: [{ number: 12 }, { number: 13 }], check_suite } },
    [evaluatePull(7, 12), evaluatePull(7, 13)],
  ],
  [
    'check_run',
    { action: 'rerequested', check_run: { pull_requests: [], check_suite: { head_branch: queued } } },
    [evaluateGroup(7, queued)],
  ],
  [
    'check_run',
    { action: 'rerequested', check_run: { pull_requests: [], check_suite: { head_branch: null } } },
    [],
  ],
  ['check_run', { action: 'completed', check_run: { pull_requests: [pull], check_suite } }, []],
  ['merge_group', { action: 'checks_requested', merge_group: group }, [evaluateGroup(7, queued)]],
  ['merge_group', { action: 'destroyed', merge_group: group }, []],
  [
    'merge_group',
    { action: 'checks_requested', merge_group: { ...group, base_ref: 'refs/heads/other' } },
    [],
  ],
  ['ping', {}, []],
  ['installation', { action: 'created' }, []],
];
