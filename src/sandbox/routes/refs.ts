import { Hono } from 'hono';
import { z } from 'zod';
import { push } from '../actions/pushes.ts';
import { isRefName, refs } from '../git/history.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { GitRef } from '../payloads/descriptions.ts';
import { nodeId } from '../payloads/node-id.ts';
import { apiUrl } from '../payloads/repository.ts';
import { repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';

const READ = { app: ['contents:read'] } as const;
const WRITE = { app: ['contents:write'], person: 'write', hidden: true } as const;

const NewRefBody = z.object({ ref: z.string(), sha: z.string() });
const MoveRefBody = z.object({ sha: z.string(), force: z.boolean().default(false) });

/** Refs: moving one is a push. */
export function refRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/git';

  routes.get(`${base}/ref/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const ref = `refs/${param(c, 'ref')}`;
    const object = await repository.git.ref(ref);
    if (!object) throw notFound();
    return c.json(refPayload(github, repository, { ref, sha: object.sha, type: object.type }));
  });
  routes.get(`${base}/matching-refs/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const found = await refs(repository.git, `refs/${param(c, 'ref')}`);
    return c.json(found.map((ref) => refPayload(github, repository, { ...ref, type: 'commit' })));
  });

  routes.post(`${base}/refs`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const { ref, sha } = await bodyOf(c, NewRefBody);
    if (!/^refs\/(heads|tags)\/./.test(ref) || !(await isRefName(repository.git, ref)))
      throw new Refusal(422, `${ref} is not a valid ref name.`);
    if (await repository.git.commitSha(ref)) throw new Refusal(422, 'Reference already exists');
    await push(github, repository, performerOf(c), { ref, after: await commitOf(repository, sha) });
    return c.json(refPayload(github, repository, { ref, sha, type: 'commit' }), 201);
  });
  routes.patch(`${base}/refs/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const ref = `refs/${param(c, 'ref')}`;
    const { sha, force } = await bodyOf(c, MoveRefBody);
    if (!(await movable(repository, ref))) throw new Refusal(422, 'Reference does not exist');
    await push(github, repository, performerOf(c), { ref, after: await commitOf(repository, sha), force });
    return c.json(refPayload(github, repository, { ref, sha, type: 'commit' }));
  });
  routes.delete(`${base}/refs/:ref{.+}`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const ref = `refs/${param(c, 'ref')}`;
    if (!(await movable(repository, ref))) throw new Refusal(422, 'Reference does not exist');
    await push(github, repository, performerOf(c), { ref, after: null });
    return c.body(null, 204);
  });
  return routes;
}

/** `refs/pull/*` is GitHub's own. */
async function movable({ git }: Repository, ref: string): Promise<boolean> {
  return /^refs\/(heads|tags)\//.test(ref) && (await git.ref(ref)) !== undefined;
}

async function commitOf({ git }: Repository, sha: string): Promise<string> {
  const object = /^[0-9a-f]{40}$/.test(sha) ? await git.read(sha) : undefined;
  if (!object) throw new Refusal(422, 'Object does not exist');
  if (object.type !== 'commit') throw new Refusal(422, `Reference update failed`);
  return sha;
}

function refPayload(
  github: GitHub,
  repository: Repository,
  { ref, sha, type }: { ref: string; sha: string; type: string },
): GitRef {
  const api = `${apiUrl(github, repository)}/git`;
  return {
    ref,
    node_id: nodeId('Ref', `${repository.id}:${ref}`),
    url: `${api}/${ref}`,
    object: { sha, type, url: `${api}/${type}s/${sha}` },
  };
}
