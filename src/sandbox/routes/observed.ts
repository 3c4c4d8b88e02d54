import { channel } from 'node:diagnostics_channel';
import { createMiddleware } from 'hono/factory';
import { matchedRoutes, routePath } from 'hono/route';
import type { Context } from 'hono';
import type { Viewer } from '../model/installation.ts';
import type { Env } from './context.ts';

/** A request of the API and its answer, as they went over the wire. */
export interface Exchange {
  method: string;
  /** The route that answered, as it is declared: `/repos/:owner/:repo/git/ref/:ref{.+}`; null where there is none. */
  route: string | null;
  /** With the query. */
  url: string;
  by: Viewer['kind'];
  requestBody: string;
  status: number;
  contentType: string | null;
  responseBody: string;
}

/** Every `Exchange`, for whoever wants to look on: nothing is copied while nobody does. */
export const exchanges = channel('countersign.sandbox.exchange');

/** Tells onlookers what was asked and answered. */
export const observed = createMiddleware<Env>(async (c, next) => {
  await next();
  if (!exchanges.hasSubscribers || c.res.headers.has('x-hono-already-sent')) return;
  const answer = c.res.clone();
  exchanges.publish({
    method: c.req.method,
    route: declaredRoute(c),
    url: c.req.url,
    by: (c.get('viewer') as Viewer | undefined)?.kind ?? 'anonymous',
    requestBody: c.req.method === 'GET' ? '' : await c.req.text(),
    status: answer.status,
    contentType: answer.headers.get('content-type'),
    responseBody: await answer.text(),
  } satisfies Exchange);
});

/** Middleware is declared for every method; what never reached a route is told by the one that it was meant for. */
function declaredRoute(c: Context<Env>): string | null {
  const answered = routePath(c);
  const routes = matchedRoutes(c).filter(({ method }) => method !== 'ALL');
  return (routes.find(({ path }) => path === answered) ?? routes[0])?.path ?? null;
}
