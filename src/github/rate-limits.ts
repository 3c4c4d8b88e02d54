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

/** What GitHub answered, as Octokit gives it: REST refuses with a status, GraphQL in the body. */
interface Answer {
  readonly status?: number;
  readonly message?: string;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data?: unknown;
}

/**
 * When GitHub takes calls again after refusing one for a limit, primary or secondary; `undefined`: it was not refused, or for something else.
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 */
export function takesCallsAgainAt(answer: Answer, now: Instant): Instant | undefined {
  if (!isOfLimit(answer)) return undefined;
  const { headers } = answer;
  const retryAfter = Number(headers['retry-after']);
  if (retryAfter > 0) return now + retryAfter * 1000;
  const reset = Number(headers['x-ratelimit-reset']) * 1000;
  if (!isUsedUp(headers) || !(reset > 0)) return now + minute;
  // Both by GitHub's clock, and in whole seconds: the machine's may be minutes off.
  const theirs = Date.parse(String(headers['date']));
  return now + Math.max(0, reset - (Number.isNaN(theirs) ? now : theirs)) + 1000;
}

function isOfLimit({ status, message = '', headers, data }: Answer): boolean {
  if (status === 429) return true;
  if (status === 403) return 'retry-after' in headers || isUsedUp(headers) || /\brate limit\b/i.test(message);
  const { errors } = (data ?? {}) as { readonly errors?: readonly { readonly type?: string }[] };
  return Array.isArray(errors) && errors.some(({ type }) => type === 'RATE_LIMITED');
}

function isUsedUp(headers: Answer['headers']): boolean {
  return String(headers['x-ratelimit-remaining']) === '0';
}

/** Lets calls fail at once while GitHub takes none: whoever goes on calling may be banned, and nobody is to wait in the middle of a task. */
export function heedingLimits(now: () => Instant) {
  return (octokit: Pick<GitHubClient, 'hook'>): void => {
    let closedUntil = -Infinity;
    function heed(answer: Answer, cause?: unknown): void {
      const until = takesCallsAgainAt(answer, now());
      if (until === undefined) return;
      closedUntil = Math.max(closedUntil, until);
      throw new LimitReached(until, { cause });
    }
    octokit.hook.wrap('request', async (request, options) => {
      if (now() < closedUntil) throw new LimitReached(closedUntil);
      try {
        const answer = await request(options);
        heed(answer);
        return answer;
      } catch (error) {
        heed(answerIn(error), error);
        throw error;
      }
    });
  };
}

/** What GitHub answered where Octokit throws for it; a failure of another kind has neither status nor headers. */
function answerIn(error: unknown): Answer {
  const { status, message, response } = error as Partial<Answer> & { readonly response?: Partial<Answer> };
  return { headers: {}, ...response, status, message } as Answer;
}
