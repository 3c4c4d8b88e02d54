import { gunzipSync } from 'node:zlib';
import { Hono, type Context } from 'hono';
import { receive } from '../actions/receive.ts';
import { httpBackend } from '../git/http-backend.ts';
import { formatReport, parseReceivePack } from '../git/receive-pack.ts';
import { atLeast, levelOf, sees } from '../model/access.ts';
import { grants } from '../model/app.ts';
import type { Viewer } from '../model/installation.ts';
import { repositoryByName, type GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import { fullName, type Repository } from '../model/repository.ts';
import { viewerOf } from './authentication.ts';
import { param, performerOf, type Env } from './context.ts';

const BAD_PASSWORD =
  'Invalid username or token. Password authentication is not supported for Git operations.';

/** Git over HTTP: clone, fetch and push at `/OWNER/REPO.git`, with a token as the password. */
export function gitRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/:owner/:repo';

  routes.get(`${base}/info/refs`, async (c) => {
    const service = c.req.query('service');
    const repository = await repositoryOf(c, github, service === 'git-receive-pack' ? 'write' : 'read');
    return answerOfGit(c, repository, 'info/refs');
  });
  routes.post(`${base}/git-upload-pack`, async (c) =>
    answerOfGit(c, await repositoryOf(c, github, 'read'), 'git-upload-pack'),
  );
  routes.post(`${base}/git-receive-pack`, async (c) => {
    const repository = await repositoryOf(c, github, 'write');
    const request = parseReceivePack(await bodyOf(c));
    // A client with much to send asks first whether it may, by a body without commands.
    const answer =
      request.commands.length === 0
        ? Buffer.alloc(0)
        : await github.exclusively(async () =>
            formatReport(await receive(github, repository, performerOf(c), request), request.capabilities),
          );
    return c.body(new Uint8Array(answer), 200, {
      'content-type': 'application/x-git-receive-pack-result',
      'cache-control': 'no-cache',
    });
  });
  routes.onError((error, c) => {
    if (!(error instanceof Refusal)) {
      console.error(error);
      return c.text('Internal Server Error\n', 500);
    }
    if (error.status === 401) c.header('www-authenticate', 'Basic realm="GitHub"');
    return c.text(`${error.message}\n`, error.status);
  });
  return routes;
}

type GitViewer = Exclude<Viewer, { kind: 'app' }>;

/** The repository that a client of git names, if its token may read or write there. */
async function repositoryOf(c: Context<Env>, github: GitHub, access: 'read' | 'write'): Promise<Repository> {
  const viewer = await gitViewer(c, github);
  c.set('viewer', viewer);
  const repository = repositoryByName(github, param(c, 'owner'), param(c, 'repo').replace(/\.git$/, ''));
  // Strangers are asked who they are before they learn what there is.
  if (viewer.kind === 'anonymous' && (access === 'write' || repository?.private !== false))
    throw new Refusal(401, BAD_PASSWORD);
  if (!repository || !sees(viewer, repository)) throw new Refusal(404, 'Repository not found.');
  if (viewer.kind === 'installation') allowApp(viewer, repository, access);
  if (viewer.kind === 'user' && access === 'write' && !atLeast(levelOf(repository, viewer.user), 'write'))
    throw new Refusal(403, `Permission to ${fullName(repository)}.git denied to ${viewer.user.login}.`);
  return repository;
}

async function gitViewer(c: Context<Env>, github: GitHub): Promise<GitViewer> {
  const viewer = await viewerOf(github, c.req.header('authorization')).catch((reason: unknown) => {
    const suspended = !(reason instanceof Refusal) || reason.status === 403;
    throw suspended ? reason : new Refusal(401, BAD_PASSWORD);
  });
  if (viewer.kind === 'app') throw new Refusal(401, BAD_PASSWORD);
  return viewer;
}

function allowApp(
  viewer: Extract<Viewer, { kind: 'installation' }>,
  repository: Repository,
  access: 'read' | 'write',
): void {
  const covered = viewer.repositories.includes(repository);
  // What everybody may read, an app may read too.
  if (access === 'read' && !repository.private) return;
  if (covered && grants(viewer.permissions, 'contents', access)) return;
  throw new Refusal(
    403,
    access === 'write' ? 'Write access to repository not granted.' : 'Access to repository not granted.',
  );
}

async function answerOfGit(c: Context<Env>, repository: Repository, path: string): Promise<Response> {
  const answer = await httpBackend(repository.git.folder, {
    method: c.req.method,
    path,
    query: new URL(c.req.url).search.slice(1),
    contentType: c.req.header('content-type'),
    contentEncoding: c.req.header('content-encoding'),
    protocol: c.req.header('git-protocol'),
    body: Buffer.from(await c.req.arrayBuffer()),
  });
  return new Response(new Uint8Array(answer.body), { status: answer.status, headers: answer.headers });
}

async function bodyOf(c: Context<Env>): Promise<Buffer> {
  const body = Buffer.from(await c.req.arrayBuffer());
  return c.req.header('content-encoding') === 'gzip' ? gunzipSync(body) : body;
}
