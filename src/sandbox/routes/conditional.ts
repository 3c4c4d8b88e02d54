import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Env } from './context.ts';

/** Gives every answer a weak ETag, bound to the token that asked, and answers 304 to whoever holds it already. */
export function conditional() {
  return createMiddleware<Env>(async (c, next) => {
    await next();
    if (c.req.method !== 'GET' || c.res.status !== 200) return;
    const authorization = c.req.header('authorization') ?? '';
    const body = Buffer.from(await c.res.clone().arrayBuffer());
    const hash = createHash('sha256').update(`${authorization}\0`).update(body).digest('hex');
    const { headers } = c.res;
    headers.set('etag', `W/"${hash}"`);
    headers.set('cache-control', `${authorization === '' ? 'public' : 'private'}, max-age=60, s-maxage=60`);
    headers.set(
      'vary',
      'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
    );
    if (isKnown(c, hash, headers.get('last-modified'))) c.res = new Response(null, { status: 304, headers });
  });
}

function isKnown(c: Context<Env>, hash: string, changed: string | null): boolean {
  const known = c.req.header('if-none-match');
  if (known !== undefined) return known === '*' || known.includes(`"${hash}"`);
  const since = Date.parse(c.req.header('if-modified-since') ?? '');
  return changed !== null && Date.parse(changed) <= since;
}

/** Says when what is answered changed last: for the few endpoints where GitHub says so. */
export function lastModified(c: Context<Env>, date: Date): void {
  c.header('last-modified', date.toUTCString());
}
