import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import type { Performer, Viewer } from '../model/app.ts';
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
  const parsed = schema.safeParse(text === '' ? {} : parseJson(text));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, code, message }) => {
    const name = path.join('/');
    const missing = code === 'invalid_type' && message.endsWith('received undefined');
    return missing ? `"${name}" wasn't supplied.` : `For 'properties/${name}', ${message}.`;
  });
  throw new Refusal(422, `Invalid request.\n\n${problems.join('\n')}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
}

/** A parameter of the path. */
export function param(c: Context<Env>, name: string): string {
  return c.req.param(name) ?? '';
}
