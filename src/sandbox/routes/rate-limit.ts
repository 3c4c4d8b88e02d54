import { createMiddleware } from 'hono/factory';
import type { Viewer } from '../model/installation.ts';
import type { Env } from './context.ts';

const HOUR_S = 3600;

/** Counts the requests of each token in the hour of its first one, and says so in the headers. */
export function rateLimit() {
  const windows = new Map<string, { used: number; reset: number }>();
  return createMiddleware<Env>(async (c, next) => {
    const viewer = c.get('viewer');
    const key = keyOf(viewer);
    const now = Math.floor(Date.now() / 1000);
    const known = windows.get(key);
    const window = known && known.reset > now ? known : { used: 0, reset: now + HOUR_S };
    window.used += 1;
    windows.set(key, window);
    const limit = viewer.kind === 'anonymous' ? 60 : 5000;
    c.header('x-ratelimit-limit', String(limit));
    c.header('x-ratelimit-remaining', String(Math.max(0, limit - window.used)));
    c.header('x-ratelimit-used', String(window.used));
    c.header('x-ratelimit-reset', String(window.reset));
    c.header('x-ratelimit-resource', 'core');
    await next();
  });
}

function keyOf(viewer: Viewer): string {
  if (viewer.kind === 'anonymous') return '';
  return viewer.kind === 'app' ? `app ${viewer.app.id}` : viewer.token;
}
