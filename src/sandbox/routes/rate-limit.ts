import { Hono, type Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Viewer } from '../model/installation.ts';
import { Refusal } from '../model/refusal.ts';
import type { Env } from './context.ts';

/** How much one may ask; by the machine's clock, as clients wait by it. */
export interface RateLimits {
  /** Primary: for each person, installation and app; 5000. */
  requestsPerHour?: number;
  /** Secondary: a read is one point, a write five. GitHub's is 900; none here unless given. */
  pointsPerMinute?: number;
  /** Secondary: requests that change something. GitHub's is 80; none here unless given. */
  writesPerMinute?: number;
}

interface Window {
  used: number;
  /** Seconds since 1970. */
  reset: number;
}

const HOUR_S = 3600;
const MINUTE_S = 60;
export const LIMITS_PAGE = 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api';
export const SECONDARY_LIMIT =
  'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.';

/** Counts what everybody asks, says so in the headers and refuses what goes beyond; an answer of 304 is free. */
export function rateLimit(limits: RateLimits) {
  const [hour, points, writes] = [counter(HOUR_S), counter(MINUTE_S), counter(MINUTE_S)];
  const count = createMiddleware<Env>(async (c, next) => {
    const viewer = c.get('viewer');
    const window = hour(keyOf(viewer));
    const limit = limitOf(viewer, limits);
    if (window.used >= limit) {
      tell(c, limit, window);
      throw new Refusal(403, exceeded(viewer), { documentation: LIMITS_PAGE });
    }
    window.used += 1;
    tell(c, limit, window);
    slowDown(c, limits, { points: points(keyOf(viewer)), writes: writes(keyOf(viewer)) });
    await next();
    if (c.res.status !== 304) return;
    window.used -= 1;
    c.res.headers.set('x-ratelimit-used', String(window.used));
    c.res.headers.set('x-ratelimit-remaining', String(limit - window.used));
  });
  const routes = new Hono<Env>();
  routes.get('/rate_limit', (c) => {
    const viewer = c.get('viewer');
    const { used, reset } = hour(keyOf(viewer));
    const limit = limitOf(viewer, limits);
    const core = { limit, used, remaining: limit - used, reset };
    tell(c, limit, { used, reset });
    return c.json({ resources: { core, search: unusedSearch() }, rate: core });
  });
  return { count, routes };
}

/** Searches have a limit of their own; there is nothing to search here. */
function unusedSearch() {
  return { limit: 30, used: 0, remaining: 30, reset: Math.floor(Date.now() / 1000) + MINUTE_S };
}

/** One window a key, begun anew once it is over. */
function counter(seconds: number): (key: string) => Window {
  const windows = new Map<string, Window>();
  return (key) => {
    const now = Math.floor(Date.now() / 1000);
    const known = windows.get(key);
    const window = known && known.reset > now ? known : { used: 0, reset: now + seconds };
    windows.set(key, window);
    return window;
  };
}

function slowDown(
  c: Context<Env>,
  limits: RateLimits,
  { points, writes }: { points: Window; writes: Window },
): void {
  const reads = c.req.method === 'GET';
  points.used += reads ? 1 : 5;
  writes.used += reads ? 0 : 1;
  if (points.used > (limits.pointsPerMinute ?? Infinity)) throw secondaryLimit(c, points.reset);
  if (!reads && writes.used > (limits.writesPerMinute ?? Infinity)) throw secondaryLimit(c, writes.reset);
}

function secondaryLimit(c: Context<Env>, reset: number): Refusal {
  c.header('retry-after', String(Math.max(1, reset - Math.floor(Date.now() / 1000))));
  return new Refusal(403, SECONDARY_LIMIT, { documentation: `${LIMITS_PAGE}#about-secondary-rate-limits` });
}

function tell(c: Context<Env>, limit: number, { used, reset }: Window): void {
  c.header('x-ratelimit-limit', String(limit));
  c.header('x-ratelimit-remaining', String(limit - used));
  c.header('x-ratelimit-used', String(used));
  c.header('x-ratelimit-reset', String(reset));
  c.header('x-ratelimit-resource', 'core');
}

function limitOf(viewer: Viewer, { requestsPerHour = 5000 }: RateLimits): number {
  return viewer.kind === 'anonymous' ? 60 : requestsPerHour;
}

/** Every token of a person or an installation counts together. */
function keyOf(viewer: Viewer): string {
  switch (viewer.kind) {
    case 'user':
      return `user ID ${viewer.user.id}`;
    case 'installation':
      return `installation ID ${viewer.installation.id}`;
    case 'app':
      return `app ID ${viewer.app.id}`;
    case 'anonymous':
    default:
      return '127.0.0.1';
  }
}

function exceeded(viewer: Viewer): string {
  const hint =
    viewer.kind === 'anonymous'
      ? " (But here's the good news: Authenticated requests get a higher rate limit. Check out the documentation for more details.)"
      : '';
  return `API rate limit exceeded for ${keyOf(viewer)}.${hint}`;
}
