import type { Instant } from '../requests/instant.ts';
import type { GitHubClient } from './requests-repository.ts';

/**
 * GitHub takes no more calls before an instant. It has no status of its own: whatever the call asked for, this is no answer to it, though GitHub
 * sends it as 403, which elsewhere means "you may not".
 */
export class LimitReached extends Error {
  readonly until: Instant;

  constructor(until: Instant, options?: ErrorOptions) {
    super(`GitHub takes no more calls before ${new Date(until).toISOString()}`, options);
    this.until = until;
  }
}

/** How long to wait where GitHub does not say. */
const minute = 60_000;

interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> };
}

/**
 * When GitHub takes calls again after refusing one for a limit, primary or secondary; `undefined`: it was refused for something else.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function takesCallsAgainAt({ status, message, response }: Refusal, now: Instant): Instant | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  const retryAfter = Number(headers['retry-after']);
  if (retryAfter > 0) return now + retryAfter * 1000;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  if (String(headers['x-ratelimit-remaining']) === '0' && reset > 0) {
    // Both by GitHub's clock, and in whole seconds: the machine's may be minutes off.
    const theirs = Date.parse(String(headers['date']));
    return now + Math.max(0, reset - (Number.isNaN(theirs) ? now : theirs)) + 1000;
  }
  return status === 429 || /\brate limit\b/i.test(message) ? now + minute : undefined;
}

/** Lets calls fail at once while GitHub takes none: whoever goes on calling may be banned, and nobody is to wait in the middle of a task. */
export function heedingLimits(now: () => Instant) {
  return (octokit: Pick<GitHubClient, 'hook'>): void => {
    let closedUntil = -Infinity;
    octokit.hook.wrap('request', async (request, options) => {
      if (now() < closedUntil) throw new LimitReached(closedUntil);
      try {
        return await request(options);
      } catch (error) {
        const until = isRefusal(error) ? takesCallsAgainAt(error, now()) : undefined;
        if (until === undefined) throw error;
        closedUntil = Math.max(closedUntil, until);
        throw new LimitReached(until, { cause: error });
      }
    });
  };
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'status' in error && typeof error.status === 'number';
}
