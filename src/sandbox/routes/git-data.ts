import { Hono } from 'hono';
import { z } from 'zod';
import { writeSigned } from '../actions/commits.ts';
import type { NewCommit } from '../git/commit.ts';
import { changeTree, entryAt, listTree, type TreeChange } from '../git/tree.ts';
import { entryType, type TreeEntry } from '../git/tree-format.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { signatureOf } from '../model/signatures.ts';
import { gitCommit } from '../payloads/commit.ts';
import { nodeId } from '../payloads/node-id.ts';
import { apiUrl } from '../payloads/repository.ts';
import { repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';

const READ = { app: ['contents:read'] } as const;
const WRITE = { app: ['contents:write'], person: 'write', hidden: true } as const;
const SHA = /^[0-9a-f]{40}$/;

const BlobBody = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') });
const TreeBody = z.object({
  base_tree: z.string().optional(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
      type: z.enum(['blob', 'tree', 'commit']).optional(),
      sha: z.string().nullable().optional(),
      content: z.string().optional(),
    }),
  ),
});
const SignatureBody = z.object({ name: z.string(), email: z.string(), date: z.coerce.date().optional() });
const CommitBody = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
  author: SignatureBody.optional(),
  committer: SignatureBody.optional(),
});

/** Git's own objects: blobs, trees, commits. */
export function gitDataRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/git';

  routes.get(`${base}/blobs/:sha`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const sha = param(c, 'sha');
    const blob = SHA.test(sha) ? await repository.git.read(sha) : undefined;
    if (blob?.type !== 'blob') throw notFound();
    if (blob.content.length > github.limits.blob) throw blobTooLarge(github);
    if (wantsRaw(c.req.header('accept')))
      return c.body(new Uint8Array(blob.content), 200, {
        'content-type': 'application/vnd.github.raw+json; charset=utf-8',
      });
    return c.json({
      sha,
      node_id: nodeId('Blob', `${repository.id}:${sha}`),
      size: blob.content.length,
      url: `${apiUrl(github, repository)}/git/blobs/${sha}`,
      content: wrapped(blob.content),
      encoding: 'base64',
    });
  });
  routes.post(`${base}/blobs`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const { content, encoding } = await bodyOf(c, BlobBody);
    const sha = await repository.git.writeBlob(
      Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
    );
    return c.json({ sha, url: `${apiUrl(github, repository)}/git/blobs/${sha}` }, 201);
  });

  routes.get(`${base}/trees/:sha{.+}`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const tree = await repository.git.read(`${param(c, 'sha')}^{tree}`);
    if (!tree) throw notFound();
    const recursive = c.req.query('recursive') !== undefined;
    const entries = await listTree(repository.git, tree.sha, recursive);
    return c.json(await treePayload(github, repository, tree.sha, entries));
  });
  routes.post(`${base}/trees`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const body = await bodyOf(c, TreeBody);
    if (body.base_tree !== undefined && !(await repository.git.read(`${body.base_tree}^{tree}`)))
      throw notFound();
    const changes = await Promise.all(
      body.tree.map((entry) => treeChange(repository, body.base_tree, entry)),
    );
    const sha = await changeTree(repository.git, body.base_tree ?? null, changes);
    const entries = await listTree(repository.git, sha, false);
    return c.json(await treePayload(github, repository, sha, entries), 201);
  });

  routes.get(`${base}/commits/:sha`, async (c) => {
    const repository = repositoryOf(c, github, READ);
    const sha = param(c, 'sha');
    const object = SHA.test(sha) ? await repository.git.read(sha) : undefined;
    if (object?.type !== 'commit') throw notFound();
    return c.json(gitCommit(github, repository, await repository.git.commit(sha)));
  });
  routes.post(`${base}/commits`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const body = await bodyOf(c, CommitBody);
    if ((await repository.git.read(body.tree))?.type !== 'tree')
      throw new Refusal(422, 'Tree SHA does not exist');
    for (const parent of body.parents)
      if ((await repository.git.read(parent))?.type !== 'commit')
        throw new Refusal(422, 'Parent SHA does not exist or is not a commit object');
    const sha = await writeCommit(github, repository, performerOf(c), body);
    return c.json(gitCommit(github, repository, await repository.git.commit(sha)), 201);
  });
  return routes;
}

/** GitHub signs a commit that an app leaves unsigned by anybody else: no author, no committer given. */
function writeCommit(
  github: GitHub,
  repository: Repository,
  { user, app }: Performer,
  body: z.infer<typeof CommitBody>,
): Promise<string> {
  const now = github.now();
  const given = (signature: z.infer<typeof SignatureBody>) => ({ ...signature, date: signature.date ?? now });
  const author = body.author ? given(body.author) : signatureOf(user, now);
  const signed = app !== undefined && !body.author && !body.committer;
  const otherwise = signed ? signatureOf(github.webFlow, now) : author;
  const commit: NewCommit = {
    tree: body.tree,
    parents: body.parents,
    author,
    committer: body.committer ? given(body.committer) : otherwise,
    message: body.message,
  };
  return signed ? writeSigned(github, repository, commit) : repository.git.writeCommit(commit);
}

async function treeChange(
  { git }: Repository,
  base: string | undefined,
  entry: z.infer<typeof TreeBody>['tree'][number],
): Promise<TreeChange> {
  const { path, mode, content } = entry;
  if (
    path === '' ||
    path.startsWith('/') ||
    path.split('/').some((name) => ['', '.', '..', '.git'].includes(name))
  )
    throw new Refusal(422, `tree.path contains a malformed path component`);
  if (entry.sha === null) {
    const there = base !== undefined && (await entryAt(git, base, path));
    if (!there) throw new Refusal(422, 'GitRPC::BadObjectState');
    return { path, mode, sha: null };
  }
  if (content !== undefined) return { path, mode, sha: await git.writeBlob(content) };
  if (entry.sha === undefined) throw new Refusal(422, 'Must supply either tree.sha or tree.content');
  const object = mode === '160000' ? undefined : await git.read(entry.sha);
  if (mode !== '160000' && object?.type !== entryType(mode))
    throw new Refusal(422, `tree.sha ${entry.sha} is not a valid ${entryType(mode)}`);
  return { path, mode, sha: entry.sha };
}

async function treePayload(
  github: GitHub,
  repository: Repository,
  sha: string,
  entries: readonly TreeEntry[],
) {
  const api = `${apiUrl(github, repository)}/git`;
  const tree = await Promise.all(
    entries.slice(0, github.limits.treeEntries).map(async ({ path, mode, sha: object }) => {
      const type = entryType(mode);
      if (type === 'commit') return { path, mode, type, sha: object };
      const url = `${api}/${type}s/${object}`;
      if (type === 'tree') return { path, mode, type, sha: object, url };
      return {
        path,
        mode,
        type,
        sha: object,
        size: await repository.git.remember(
          `size ${object}`,
          async () => (await repository.git.read(object))?.content.length,
        ),
        url,
      };
    }),
  );
  const shown = tree.slice(0, countWithin(tree, github.limits.treeBytes));
  return { sha, url: `${api}/trees/${sha}`, tree: shown, truncated: shown.length < entries.length };
}

/** How many of these stay below a size, in bytes of JSON: how GitHub counts is not documented. */
function countWithin(entries: readonly object[], bytes: number): number {
  let total = 0;
  const beyond = entries.findIndex((entry) => (total += JSON.stringify(entry).length) > bytes);
  return beyond < 0 ? entries.length : beyond;
}

/** What is too large for the API git alone can fetch. */
export function blobTooLarge({ limits }: GitHub): Refusal {
  const most = limits.blob / 1024 / 1024;
  return new Refusal(
    403,
    `This API returns blobs up to ${most} MB in size. The requested blob is too large to fetch via the API.`,
    { errors: [{ resource: 'Blob', field: 'data', code: 'too_large' }] },
  );
}

/** Base64 as GitHub breaks it: 60 characters a line. */
export function wrapped(content: Buffer): string {
  return content.toString('base64').replaceAll(/.{1,60}/g, '$&\n');
}

export function wantsRaw(accept: string | undefined): boolean {
  return /application\/vnd\.github\.(?:v3\.)?raw/.test(accept ?? '');
}
