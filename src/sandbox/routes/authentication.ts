import { createMiddleware } from 'hono/factory';
import { decodeJwt, jwtVerify } from 'jose';
import type { Viewer } from '../model/installation.ts';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import type { Env } from './context.ts';

const BAD_CREDENTIALS = 'Bad credentials';
const LONGEST_LIFE_S = 600;
const CLOCK_DRIFT_S = 60;

/** Finds out whom a request comes from; 401 for a token that is unknown, expired or badly signed. */
export function authentication(github: GitHub) {
  return createMiddleware<Env>(async (c, next) => {
    c.set('viewer', await viewerOf(github, c.req.header('authorization')));
    await next();
  });
}

/** Whom an `Authorization` header names; throws 401 where it names nobody. */
export async function viewerOf(github: GitHub, authorization: string | undefined): Promise<Viewer> {
  if (authorization === undefined) return { kind: 'anonymous' };
  const [, scheme = '', credentials = ''] = /^(\w+) +(.+)$/.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'basic') {
    const [name = '', password = ''] = Buffer.from(credentials, 'base64').toString().split(':');
    return tokenViewer(github, password || name);
  }
  if (/^[\w-]+\.[\w-]+\.[\w-]+$/.test(credentials)) return appViewer(github, credentials);
  return tokenViewer(github, credentials);
}

function tokenViewer(github: GitHub, token: string): Viewer {
  const viewer = github.tokens.get(token);
  if (!viewer || (viewer.kind === 'installation' && viewer.expiresAt <= new Date()))
    throw new Refusal(401, BAD_CREDENTIALS);
  if (viewer.kind === 'user' && viewer.user.suspension)
    throw new Refusal(403, 'Sorry. Your account was suspended');
  return viewer;
}

/** An app speaks for itself with a JWT that it signed: by the machine's clock, as its library signs it. */
async function appViewer(github: GitHub, token: string): Promise<Viewer> {
  const { iss, exp, iat } = claimsOf(token);
  const app = github.apps.get(Number(iss));
  if (!app) throw new Refusal(404, 'Integration not found');
  const now = Date.now() / 1000;
  if (typeof exp !== 'number' || exp <= now)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp > now + LONGEST_LIFE_S + CLOCK_DRIFT_S)
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (typeof iat !== 'number' || iat > now + CLOCK_DRIFT_S)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  try {
    await jwtVerify(token, app.publicKey, { algorithms: ['RS256'], clockTolerance: CLOCK_DRIFT_S });
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded');
  }
  return { kind: 'app', app };
}

function claimsOf(token: string) {
  try {
    return decodeJwt(token);
  } catch {
    throw new Refusal(401, 'A JSON web token could not be decoded');
  }
}
