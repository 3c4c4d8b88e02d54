import { setTimeout as wait } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context, Next } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Faults, RequestFault } from '../model/faults.ts';
import { Refusal } from '../model/refusal.ts';
import type { Env } from './context.ts';
import { LIMITS_PAGE, SECONDARY_LIMIT } from './rate-limit.ts';

/** Lets go wrong what the plan of faults says. */
export function faulty(faults: Faults) {
  return createMiddleware<Env>(async (c, next) => {
    const { pathname, search } = new URL(c.req.url);
    const { kind } = c.get('viewer');
    const fault = faults.atRequest(
      `${c.req.method} ${pathname}${search}`,
      kind === 'app' || kind === 'installation',
    );
    return fault ? strike(c, next, fault) : next();
  });
}

async function strike(c: Context<Env>, next: Next, fault: RequestFault): Promise<Response | void> {
  switch (fault.kind) {
    case 'slow':
      await wait(fault.ms);
      return next();
    case 'server-error':
      if (fault.done) await next();
      return serverError(c, fault.status);
    case 'cut':
      if (fault.done) await next();
      (c.env as HttpBindings).incoming.socket.destroy();
      return RESPONSE_ALREADY_SENT;
    case 'primary-limit':
    case 'secondary-limit':
    default:
      throw limit(c, fault);
  }
}

/** As GitHub's own proxy answers: no JSON, whatever was asked for. */
function serverError(c: Context<Env>, status: number): Response {
  const response = new Response(`<html><body><h1>${status}</h1></body></html>\n`, {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
  });
  c.res = undefined;
  return (c.res = response);
}

function limit(
  c: Context<Env>,
  { kind, status, retryAfter }: Extract<RequestFault, { retryAfter: number }>,
): Refusal {
  if (kind === 'secondary-limit') {
    c.header('retry-after', String(retryAfter));
    return new Refusal(status, SECONDARY_LIMIT, {
      documentation: `${LIMITS_PAGE}#about-secondary-rate-limits`,
    });
  }
  c.header('x-ratelimit-limit', '5000');
  c.header('x-ratelimit-remaining', '0');
  c.header('x-ratelimit-used', '5000');
  c.header('x-ratelimit-reset', String(Math.ceil(Date.now() / 1000) + retryAfter));
  c.header('x-ratelimit-resource', 'core');
  return new Refusal(status, 'API rate limit exceeded.', { documentation: LIMITS_PAGE });
}
