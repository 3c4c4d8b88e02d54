import { ProbotOctokit } from 'probot';
import type { Instant } from '../requests/instant.ts';
import { heedingLimits } from './rate-limits.ts';
import type { GitHubClient } from './requests-repository.ts';
import { tellingSignIns } from './sign-in.ts';

export interface ClientOptions {
  /** GitHub asks for a second between writes; a sandbox on this machine does not. */
  readonly throttled: boolean;
  readonly now: () => Instant;
  /** How long GitHub may take for an answer, in milliseconds: what takes longer fails, and is asked again. */
  readonly answersWithin?: number;
  /** Told after each answer how many calls GitHub lets an installation (`app`: the App itself) still make in this hour. */
  readonly callsLeft?: (installation: string, resource: string, left: number) => void;
}

/**
 * The client class that every call is made with: of a pinned version of the API, paced as GitHub asks, and never waiting for a limit to pass. Nothing is
 * asked twice here: what GitHub answered with an error it may have done all the same, and the task that is tried again looks for it first.
 */
export function clientClass({
  throttled,
  now,
  answersWithin = patience,
  callsLeft = () => undefined,
}: ClientOptions): typeof ProbotOctokit {
  // Probot overrides what `defaults` is given as an object; what it is given as a function stands.
  return ProbotOctokit.plugin(
    ...(throttled ? [unpacedQueries] : []),
    pinnedVersion,
    tellingCallsLeft(callsLeft),
    heedingLimits(now),
    tellingSignIns,
  ).defaults((options: ClientSettings) => ({
    ...options,
    request: { ...options.request, fetch: within(answersWithin, options.request?.fetch) },
    throttle: { ...options.throttle, ...(throttled ? passOn : { enabled: false }) },
    retry: { enabled: false },
  }));
}

interface ClientSettings {
  readonly request?: { readonly fetch?: typeof fetch };
  readonly throttle?: object;
}

/** GitHub itself gives a call up after 10 seconds (https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts). */
const patience = 30_000;

/** A call that hangs would keep one of the queue's places. */
function within(limit: number, call: typeof fetch = fetch): typeof fetch {
  return (input, init) => {
    const given = init?.signal;
    const tooLong = AbortSignal.timeout(limit);
    return call(input, { ...init, signal: given ? AbortSignal.any([given, tooLong]) : tooLong });
  };
}

/** Pinned: later versions leave out fields that this code reads. */
const apiVersion = '2022-11-28';

function pinnedVersion(octokit: Pick<GitHubClient, 'hook'>): void {
  octokit.hook.before('request', ({ headers }) => {
    headers['x-github-api-version'] = apiVersion;
  });
}

/** https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#checking-the-status-of-your-rate-limit */
function tellingCallsLeft(told: NonNullable<ClientOptions['callsLeft']>) {
  return (
    octokit: Pick<GitHubClient, 'hook'>,
    { auth }: { readonly auth?: { readonly installationId?: number } },
  ): void => {
    const installation = String(auth?.installationId ?? 'app');
    octokit.hook.after('request', ({ headers }) => {
      const left = headers['x-ratelimit-remaining'];
      if (left !== undefined)
        told(installation, String(headers['x-ratelimit-resource'] ?? 'core'), Number(left));
    });
  };
}

/**
 * Lets queries go at once. The pacing plugin takes each call of GraphQL for a write, and a second would pass between any two of them; GitHub asks that of
 * what changes something (https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests).
 */
function unpacedQueries(octokit: Pick<GitHubClient, 'hook'>, options: ClientSettings): void {
  const unpaced = new ProbotOctokit({ ...options, throttle: { enabled: false } });
  octokit.hook.wrap('request', (request, call) => {
    if (!isQuery(call)) return request(call);
    // Its own hooks, and not those that this call has gone through.
    const { hook: _, ...rest } = call.request as { readonly hook?: unknown };
    return unpaced.request({ ...call, request: rest });
  });
}

function isQuery({ url, query }: { readonly url: string; readonly query?: unknown }): boolean {
  return url.endsWith('/graphql') && typeof query === 'string' && query.startsWith('query');
}

/** Limits are not waited for within a call, which would keep everything behind it waiting. */
const passOn = { onRateLimit: () => false, onSecondaryRateLimit: () => false };
