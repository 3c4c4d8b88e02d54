import { ProbotOctokit } from 'probot';
import type { Instant } from '../requests/instant.ts';
import { heedingLimits } from './rate-limits.ts';
import type { GitHubClient } from './requests-repository.ts';
import { tellingSignIns } from './sign-in.ts';

export interface ClientOptions {
  /** GitHub asks for a second between writes; a sandbox on this machine does not. */
  readonly throttled: boolean;
  readonly now: () => Instant;
}

/** The client class that every call is made with: of a pinned version of the API, paced as GitHub asks, and never waiting for a limit to pass. */
export function clientClass({ throttled, now }: ClientOptions): typeof ProbotOctokit {
  // Probot overrides what `defaults` is given as an object; what it is given as a function stands.
  return ProbotOctokit.plugin(pinnedVersion, heedingLimits(now), tellingSignIns).defaults(
    (options: ClientSettings) => ({
      ...options,
      throttle: { ...options.throttle, ...(throttled ? passOn : { enabled: false }) },
      retry: { ...options.retry, doNotRetry },
    }),
  );
}

interface ClientSettings {
  readonly throttle?: object;
  readonly retry?: object;
}

/** Pinned: later versions leave out fields that this code reads. */
const apiVersion = '2022-11-28';

function pinnedVersion(octokit: Pick<GitHubClient, 'hook'>): void {
  octokit.hook.before('request', ({ headers }) => {
    headers['x-github-api-version'] = apiVersion;
  });
}

/** Limits are not waited for within a call, which would keep everything behind it waiting. */
const passOn = { onRateLimit: () => false, onSecondaryRateLimit: () => false };

/** What asking again does not mend; 429 is a limit. */
const doNotRetry = [400, 401, 403, 404, 410, 422, 429, 451];
