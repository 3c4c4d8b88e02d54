import type { Signature } from '../git/commit.ts';
import { mergeBase } from '../git/history.ts';
import { entryType } from '../git/tree-format.ts';
import { userByAddress, type GitHub } from '../model/github.ts';
import { pullsWith } from '../model/pull-changes.ts';
import type { Repository } from '../model/repository.ts';
import { instant } from '../payloads/instant.ts';
import { nodeId } from '../payloads/node-id.ts';
import { pageUrl } from '../payloads/repository.ts';
import { mayRead, unheeded, type Asker } from './asker.ts';
import { rollupOf, suitesOf } from './check-fields.ts';
import { connection, type Page } from './connection.ts';
import {
  actorSource,
  commitSource,
  pullSource,
  type Fields,
  type ObjectSource,
  type RefSource,
  type RepositorySource,
} from './sources.ts';

/** What an expression such as `main`, `main:README.md` or a SHA names; null where it names nothing. */
export async function findObject(
  asker: Asker,
  repository: Repository,
  expression: string,
): Promise<ObjectSource | null> {
  mayRead(asker, repository, 'contents');
  const object = await repository.git.read(expression);
  const names = { commit: 'Commit', tree: 'Tree', blob: 'Blob' } as const;
  if (!object || object.type === 'tag') return null;
  return { __typename: names[object.type], repository, sha: object.sha };
}

/** A branch or tag, by its whole name or a branch's short one; null where there is none. */
export async function findRef(asker: Asker, repository: Repository, name: string): Promise<RefSource | null> {
  mayRead(asker, repository, 'contents');
  const ref = name.startsWith('refs/') ? name : `refs/heads/${name}`;
  const object = await repository.git.ref(ref);
  return object ? { __typename: 'Ref', repository, ref, sha: object.sha } : null;
}

const splitRef = (ref: string) => /^(refs\/[^/]+\/)(.*)$/.exec(ref) ?? [];

export const refFields = {
  id: ({ repository, ref }) => nodeId('Ref', `${repository.id}:${ref}`),
  name: ({ ref }) => splitRef(ref)[2],
  prefix: ({ ref }) => splitRef(ref)[1],
  repository: inRepository,
  target: ({ repository, sha }, _args, asker) => findObject(asker, repository, sha),
} satisfies Fields<RefSource>;

const objectFields = {
  id: ({ __typename: type, repository, sha }) => nodeId(type, `${repository.id}:${sha}`),
  oid: ({ sha }) => sha,
  abbreviatedOid: ({ sha }) => sha.slice(0, 7),
  repository: inRepository,
} satisfies Fields<ObjectSource>;

/** By default as they were opened. */
type PullsOrder = Page & { orderBy?: { field: string; direction: string } | null };

export const commitFields = {
  ...objectFields,
  message: async (source) => (await read(source)).message,
  messageHeadline: async (source) => (await read(source)).message.split('\n', 1)[0],
  messageBody: async (source) => (await read(source)).message.split('\n').slice(1).join('\n').trim(),
  authoredDate: async (source) => instant((await read(source)).author.date),
  committedDate: async (source) => instant((await read(source)).committer.date),
  url: ({ repository, sha }, _args, { github }) => `${pageUrl(github, repository)}/commit/${sha}`,
  signature: ({ repository, sha }) =>
    repository.signedAt.has(sha)
      ? { __typename: 'GpgSignature', isValid: true, wasSignedByGitHub: true }
      : null,
  author: async (source, _args, { github }) => gitActor(github, (await read(source)).author),
  committer: async (source, _args, { github }) => gitActor(github, (await read(source)).committer),
  async associatedPullRequests(source, { orderBy, ...page }: PullsOrder, asker) {
    const { repository, sha } = source;
    mayRead(asker, repository, 'pull_requests');
    if (orderBy?.field !== 'CREATED_AT' || orderBy.direction !== 'ASC') unheeded({ orderBy }, 'orderBy');
    const landed = await isOnDefaultBranch(source);
    const pulls = (await pullsWith(repository, sha)).filter(
      ({ merged, state }) => merged !== null || (!landed && state === 'open'),
    );
    return connection('associatedPullRequests', pulls, page, (pull) => pullSource(repository, pull));
  },
  checkSuites: suitesOf,
  statusCheckRollup: (source, _args, asker) => rollupOf(source, asker),
  tree: async (source) => ({ ...source, __typename: 'Tree', sha: (await read(source)).tree }),
  parents: async (source, page: Page) =>
    connection('parents', (await read(source)).parents, page, (sha) => commitSource(source.repository, sha)),
} satisfies Fields<ObjectSource>;

export const treeFields = {
  ...objectFields,
  entries: async ({ repository, sha }, _args, asker) =>
    (await repository.git.tree(sha)).map(({ path, mode, sha: oid }) => ({
      name: path,
      mode: Number.parseInt(mode, 8),
      oid,
      type: entryType(mode),
      object: () => findObject(asker, repository, oid),
    })),
} satisfies Fields<ObjectSource>;

export const blobFields = {
  ...objectFields,
  byteSize: async (source) => (await content(source)).length,
  isBinary: async (source) => (await content(source)).includes(0),
  text: async (source) => {
    const bytes = await content(source);
    return bytes.includes(0) ? null : bytes.toString();
  },
} satisfies Fields<ObjectSource>;

/** Whom a commit names. A bot's address leads to no user, though REST shows the bot. */
function gitActor(github: GitHub, { name, email, date }: Signature) {
  const user = userByAddress(github, email);
  return { name, email, date: instant(date), user: user?.type === 'User' ? actorSource(user) : null };
}

async function isOnDefaultBranch({
  repository: { git, defaultBranch },
  sha,
}: ObjectSource): Promise<boolean> {
  const tip = await git.commitSha(`refs/heads/${defaultBranch}`);
  return tip !== undefined && (await mergeBase(git, tip, sha)) === sha;
}

function inRepository({ repository }: { repository: Repository }): RepositorySource {
  return { __typename: 'Repository', repository };
}

function read({ repository, sha }: ObjectSource) {
  return repository.git.commit(sha);
}

async function content({ repository, sha }: ObjectSource): Promise<Buffer> {
  const object = await repository.git.read(sha);
  if (!object) throw new Error(`${sha} is gone`);
  return object.content;
}
