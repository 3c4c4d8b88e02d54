import type { GitHubEvent } from './event.ts';
import type { TimelineEntry } from './pull.ts';

type Happened<Entry = TimelineEntry> = Entry extends TimelineEntry
  ? Omit<Entry, 'id' | 'actor' | 'at'>
  : never;

/** What an event writes into the timeline of its pull request. */
export function timelineOf(event: GitHubEvent): Happened[] {
  if (event.event !== 'pull_request') return [];
  switch (event.action) {
    case 'synchronize':
      return event.forced
        ? [{ event: 'head_ref_force_pushed', commitId: event.after, before: event.before }]
        : [];
    case 'closed': {
      const { merged } = event.pull;
      return [...(merged ? [{ event: 'merged', commitId: merged.sha } as const] : []), { event: 'closed' }];
    }
    case 'reopened':
      return [{ event: 'reopened' }];
    case 'labeled':
    case 'unlabeled':
      return [{ event: event.action, label: event.label }];
    case 'review_requested':
    case 'review_request_removed':
      return [{ event: event.action, reviewer: event.reviewer }];
    case 'edited':
      return edited(event);
    case 'ready_for_review':
    case 'auto_merge_enabled':
    case 'auto_merge_disabled':
      return [{ event: event.action }];
    case 'converted_to_draft':
      return [{ event: 'convert_to_draft' }];
    case 'enqueued':
      return [{ event: 'added_to_merge_queue' }];
    case 'dequeued':
      return [{ event: 'removed_from_merge_queue' }];
    case 'opened':
    default:
      return [];
  }
}

function edited({
  pull,
  changes,
  automatic,
}: Extract<GitHubEvent, { action: 'edited'; pull: unknown; changes: unknown }>): Happened[] {
  const title = changes['title'] as { from: string } | undefined;
  return [
    ...(title ? [{ event: 'renamed', rename: { from: title.from, to: pull.title } } as const] : []),
    ...(changes['base'] === undefined
      ? []
      : [{ event: automatic ? 'automatic_base_change_succeeded' : 'base_ref_changed' } as const]),
  ];
}
