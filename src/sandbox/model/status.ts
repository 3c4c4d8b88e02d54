import type { User } from './account.ts';
import type { App } from './app.ts';

/** What somebody says of a commit in a context: the older sibling of a check run. */
export interface Status {
  id: number;
  sha: string;
  state: 'error' | 'failure' | 'pending' | 'success';
  context: string;
  description: string | null;
  targetUrl: string | null;
  creator: User;
  app: App | null;
  createdAt: Date;
}

/** The last status of each context on a commit, newest first. */
export function latestStatuses(statuses: readonly Status[], sha: string): Status[] {
  const latest = new Map<string, Status>();
  for (const status of statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()].toSorted((one, other) => other.id - one.id);
}

/** One word for all of them: nothing said is pending. */
export function combinedState(statuses: readonly Status[]): 'failure' | 'pending' | 'success' {
  if (statuses.some(({ state }) => state === 'failure' || state === 'error')) return 'failure';
  return statuses.length === 0 || statuses.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}
