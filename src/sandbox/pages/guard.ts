import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { Refusal } from '../model/refusal.ts';

/** Nothing but the sandbox's own style sheet and forms: whatever hostile text may bring along, no browser runs or loads it. */
const policy =
  "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Keeps other sites out. A page that resolves its own name to 127.0.0.1 still sends that name as `Host`; one that posts a form here
 * still sends its own `Origin` (https://fetch.spec.whatwg.org/#origin-header).
 */
export const guard = createMiddleware(async (c, next) => {
  c.header('content-security-policy', policy);
  c.header('x-content-type-options', 'nosniff');
  c.header('referrer-policy', 'same-origin');
  c.header('cross-origin-resource-policy', 'same-origin');
  c.header('cache-control', 'no-store');
  const host = c.req.header('host') ?? '';
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(host))
    throw new Refusal(421, 'The sandbox answers only to 127.0.0.1 and localhost.');
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') refuseStrangers(c, host);
  await next();
});

function refuseStrangers(c: Context, host: string): void {
  if (c.req.header('origin') === `http://${host}`) return;
  throw new Refusal(
    403,
    "This form was sent from another site, so nothing was done. Use the sandbox's own pages.",
  );
}

/** A path of this site to go back to, whatever a form says. */
export function localPath(path: string): string {
  return /^\/(?:web\/[^\\]*)?$/.test(path) ? path : '/';
}
