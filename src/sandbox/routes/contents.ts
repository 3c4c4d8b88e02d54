import { posix } from 'node:path';
import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { writeSigned } from '../actions/commits.ts';
import { push } from '../actions/pushes.ts';
import { changeTree, entryAt, listTree, type TreeChange } from '../git/tree.ts';
import type { TreeEntry } from '../git/tree-format.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { gitCommit } from '../payloads/commit.ts';
import { contentEntry } from '../payloads/content.ts';
import { repositoryOf } from './access.ts';
import { resolve } from './commits.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { blobTooLarge, wantsRaw, wrapped } from './git-data.ts';

const READ = { app: ['contents:read'] } as const;
const WRITE = { app: ['contents:write'], person: 'write', hidden: true } as const;

const DeleteBody = z.object({ message: z.string(), sha: z.string(), branch: z.string().optional() });
const PutBody = DeleteBody.extend({ content: z.string(), sha: z.string().optional() });

/** Files by path, one commit a change. */
export function contentRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const path = '/repos/:owner/:repo/contents/:path{.+}';

  const read = async (c: Context<Env>) => {
    const repository = repositoryOf(c, github, READ);
    const ref = c.req.query('ref') ?? repository.defaultBranch;
    const sha = await resolve(repository, ref);
    if (sha === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
    return answerContent(c, github, repository, { ref, sha, path: param(c, 'path').replace(/\/$/, '') });
  };
  routes.get('/repos/:owner/:repo/contents', read);
  routes.get('/repos/:owner/:repo/contents/', read);
  routes.get(path, read);

  routes.put(path, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const body = await bodyOf(c, PutBody);
    const blob = await repository.git.writeBlob(Buffer.from(body.content, 'base64'));
    const { commit, existed } = await commitChange(c, github, repository, body, blob);
    const place = { ref: body.branch ?? repository.defaultBranch, path: param(c, 'path') };
    const size = (await repository.git.read(blob))?.content.length ?? 0;
    const content = contentEntry(
      github,
      repository,
      place,
      { path: place.path, mode: '100644', sha: blob },
      size,
    );
    return c.json({ content, commit }, existed ? 200 : 201);
  });
  routes.delete(path, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const body = await bodyOf(c, DeleteBody);
    const { commit } = await commitChange(c, github, repository, body, null);
    return c.json({ content: null, commit });
  });
  return routes;
}

/** A file, a directory's list, or a symlink's target where it is a file of the repository. */
async function answerContent(
  c: Context<Env>,
  github: GitHub,
  repository: Repository,
  place: { ref: string; sha: string; path: string },
): Promise<Response> {
  const { git } = repository;
  const entry = place.path === '' ? undefined : await entryAt(git, place.sha, place.path);
  if (place.path !== '' && !entry) throw notFound();
  if (!entry || entry.mode === '040000') {
    const entries = await listTree(git, entry?.sha ?? place.sha, false);
    const listed = await Promise.all(
      entries.slice(0, github.limits.directoryEntries).map(async (child) => {
        const path = place.path === '' ? child.path : `${place.path}/${child.path}`;
        const size = child.mode === '040000' ? 0 : ((await git.read(child.sha))?.content.length ?? 0);
        return contentEntry(github, repository, { ...place, path }, child, size);
      }),
    );
    return c.json(listed);
  }
  const file = (await followSymlink(repository, place, entry)) ?? entry;
  const { content } = (await git.read(file.sha)) ?? { content: Buffer.alloc(0) };
  if (content.length > github.limits.blob) throw blobTooLarge(github);
  if (wantsRaw(c.req.header('accept')))
    return c.body(new Uint8Array(content), 200, {
      'content-type': 'application/vnd.github.raw+json; charset=utf-8',
    });
  const described = contentEntry(github, repository, place, file, content.length);
  if (file.mode === '120000') return c.json({ ...described, target: content.toString() });
  const inline = content.length <= github.limits.inlineContent;
  return c.json({
    ...described,
    content: inline ? wrapped(content) : '',
    encoding: inline ? 'base64' : 'none',
  });
}

async function followSymlink(
  { git }: Repository,
  { sha, path }: { sha: string; path: string },
  entry: TreeEntry,
): Promise<TreeEntry | undefined> {
  if (entry.mode !== '120000') return undefined;
  const target = (await git.read(entry.sha))?.content.toString() ?? '';
  const found = await entryAt(git, sha, posix.join(posix.dirname(path), target));
  return found?.mode === '100644' || found?.mode === '100755' ? found : undefined;
}

/** Commits one file (null: its removal) to a branch; the blob's SHA must be the one there (409). */
async function commitChange(
  c: Context<Env>,
  github: GitHub,
  repository: Repository,
  body: z.infer<typeof DeleteBody> | z.infer<typeof PutBody>,
  blob: string | null,
) {
  const { git } = repository;
  const branch = body.branch ?? repository.defaultBranch;
  const path = param(c, 'path');
  const tip = await git.commitSha(`refs/heads/${branch}`);
  if (tip === undefined) throw new Refusal(404, `Branch ${branch} not found`);
  const existing = await entryAt(git, tip, path);
  if (blob === null && !existing) throw notFound();
  if (existing && body.sha === undefined)
    throw new Refusal(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (body.sha !== undefined && body.sha !== existing?.sha)
    throw new Refusal(409, `${path} does not match ${body.sha}`);
  const performer = performerOf(c);
  const change: TreeChange = { path, mode: existing?.mode === '100755' ? '100755' : '100644', sha: blob };
  const sha = await writeSigned(github, repository, {
    tree: await changeTree(git, tip, [change]),
    parents: [tip],
    author: signatureOf(performer.user, github.now()),
    committer: signatureOf(github.webFlow, github.now()),
    message: body.message,
  });
  await push(github, repository, performer, { ref: `refs/heads/${branch}`, after: sha, refusedWith: 409 });
  return { commit: gitCommit(github, repository, await git.commit(sha)), existed: existing !== undefined };
}
