import { requiredChecks } from '../model/check-rules.ts';
import { mergeQueueRule, queueOf } from '../model/merge-queue.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { pageUrl } from '../payloads/repository.ts';
import { connection, type Page } from './connection.ts';
import {
  actorSource,
  commitSource,
  entrySource,
  pullSource,
  type EntrySource,
  type Fields,
  type QueueSource,
} from './sources.ts';

export const queueFields = {
  id: ({ repository, branch }) => nodeId('MergeQueue', `${repository.id}:${branch}`),
  repository: ({ repository }) => ({ __typename: 'Repository', repository }),
  url: ({ repository, branch }, _args, { github }) => `${pageUrl(github, repository)}/queue/${branch}`,
  entries: ({ repository, branch }, page: Page) =>
    connection('entries', queueOf(repository, branch), page, (entry) => entrySource(repository, entry)),
  configuration({ repository, branch }) {
    const rule = mergeQueueRule(repository, branch);
    return (
      rule && {
        checkResponseTimeout: rule.check_response_timeout_minutes,
        maximumEntriesToBuild: rule.max_entries_to_build,
        maximumEntriesToMerge: rule.max_entries_to_merge,
        mergeMethod: rule.merge_method,
        mergingStrategy: rule.grouping_strategy,
        minimumEntriesToMerge: rule.min_entries_to_merge,
        minimumEntriesToMergeWaitTime: rule.min_entries_to_merge_wait_minutes,
      }
    );
  },
} satisfies Fields<QueueSource>;

const STATES = { passed: 'MERGEABLE', pending: 'AWAITING_CHECKS', failed: 'UNMERGEABLE' } as const;

export const entryFields = {
  id: ({ entry }) => nodeId('MergeQueueEntry', entry.id),
  jump: ({ entry }) => entry.jump,
  enqueuedAt: ({ entry }) => instant(entry.enqueuedAt),
  enqueuer: ({ entry }) => actorSource(entry.enqueuer.user),
  pullRequest: ({ repository, entry }) => pullSource(repository, entry.pull),
  mergeQueue: ({ repository, entry }): QueueSource => ({
    __typename: 'MergeQueue',
    repository,
    branch: entry.pull.base.ref,
  }),
  /** From 1; 0 for one that has just left. */
  position: ({ repository, entry }) => queueOf(repository, entry.pull.base.ref).indexOf(entry) + 1,
  state: ({ repository, entry: { pull, group } }) =>
    group ? STATES[requiredChecks(repository, pull.base.ref, group.headSha)] : 'QUEUED',
  baseCommit: ({ repository, entry }) => entry.group && commitSource(repository, entry.group.baseSha),
  headCommit: ({ repository, entry }) => entry.group && commitSource(repository, entry.group.headSha),
} satisfies Fields<EntrySource>;
