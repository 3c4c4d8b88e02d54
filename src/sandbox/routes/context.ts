import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import type { Performer } from '../model/app.ts';
import type { Viewer } from '../model/installation.ts';
import { Refusal } from '../model/refusal.ts';

/** What every handler knows: whom the request comes from. */
export interface Env {
  Variables: { viewer: Viewer };
}

/** Who makes the change that a request asks for. */
export function performerOf(c: Context<Env>): Performer {
  const viewer = c.get('viewer');
  switch (viewer.kind) {
    case 'user':
      return { user: viewer.user };
    case 'installation':
      return { user: viewer.user, app: viewer.installation.app };
    case 'anonymous':
      throw new Refusal(401, 'Requires authentication');
    case 'app':
    default:
      throw new Refusal(401, 'Bad credentials');
  }
}

/** Refuses whoever did not say who they are. */
export const authenticated = createMiddleware<Env>(async (c, next) => {
  if (c.get('viewer').kind === 'anonymous') throw new Refusal(401, 'Requires authentication');
  await next();
});

/** The JSON body of a request (nothing: `{}`), or 400 where it is none and 422 where it lacks what the endpoint needs. */
export async function bodyOf<Schema extends z.ZodType>(
  c: Context<Env>,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const text = await c.req.text();
  const body = text === '' ? {} : parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refusal(400, 'Body should be a JSON object');
  const parsed = schema.safeParse(body, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal(422, `Invalid request.\n\n${parsed.error.issues.map(problem).join('\n')}`);
}

/** What is wrong with a body, in GitHub's words where they are known. */
function problem(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  if (issue.code === 'invalid_type' && input === undefined)
    return `"${issue.path.at(-1)?.toString()}" wasn't supplied.`;
  if (issue.code === 'too_big' && Array.isArray(input))
    return `No more than ${issue.maximum} items are allowed; ${input.length} were supplied.`;
  if (issue.code === 'too_big' && typeof input === 'string')
    return `Only ${issue.maximum} characters are allowed; ${input.length} were supplied.`;
  return `For 'properties/${issue.path.join('/properties/')}', ${issue.message}.`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

/** Refuses a query parameter that GitHub knows and the sandbox does not heed, rather than leave it out silently. */
export function onlyKnows(c: Context<Env>, name: string, ...values: string[]): void {
  const value = c.req.query(name);
  if (value !== undefined && !values.includes(value))
    throw new Refusal(422, `The sandbox does not know ${name}=${value} here`);
}

/** A parameter of the path. */
export function param(c: Context<Env>, name: string): string {
  return c.req.param(name) ?? '';
}
