import { createHash } from 'node:crypto';
import type { SourceFile } from '../policies/policy-set.ts';
import {
  answered,
  named,
  Unjudgeable,
  unlessMissing,
  type RequestsRepository,
} from './requests-repository.ts';

/** One path of a tree: an ordinary file, or something that is none (a symlink, a submodule). */
export interface TreeFile {
  readonly path: string;
  /** The blob's SHA: the same content has the same one. */
  readonly sha: string;
  readonly regular: boolean;
  /** As git writes it: `100644`, or `100755` for what can be executed, are ordinary files. */
  readonly mode: string;
  /** In bytes. */
  readonly size: number;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
}

/** Every file of a commit, by path. */
export type Tree = ReadonlyMap<string, TreeFile>;

/**
 * Reads one repository by SHA. What a SHA names never changes, so whatever was read is kept, up to a bound, for as long as the reader lives.
 */
export interface GitReader {
  /** The SHA at the tip of a branch, or `null` where there is no such branch. */
  tip(branch: string): Promise<string | null>;
  tree(commit: string): Promise<Tree>;
  commit(sha: string): Promise<Commit>;
  /**
   * The ordinary files of a tree that are wanted. Bytes that are no UTF-8 read as U+FFFD, which whoever parses it must refuse. What is read again is
   * the same object, so that what was made of it can be kept beside it.
   */
  files(tree: Tree, wanted: (path: string, size: number) => boolean): Promise<SourceFile[]>;
  /** Where the histories of two commits parted; `null` where they have no commit in common. */
  mergeBase(base: string, head: string): Promise<string | null>;
}

const regularModes = new Set(['100644', '100755']);
const keptTrees = 64;
const keptFiles = 4096;
const keptCommits = 1024;
const keptBases = 1024;

export function gitReader(repository: RequestsRepository): GitReader {
  const { rest } = repository.octokit;
  const trees = new Map<string, Promise<Tree>>();
  const blobs = new Map<string, Promise<string>>();
  const sources = new Map<string, Promise<SourceFile>>();
  const commits = new Map<string, Promise<Commit>>();
  const bases = new Map<string, Promise<string | null>>();

  async function readTree(commit: string): Promise<Tree> {
    const { data } = await rest.git.getTree({ ...named(repository), tree_sha: commit, recursive: '1' });
    if (data.truncated)
      throw new Unjudgeable(
        `the tree of ${commit} is too large for GitHub to list: keep requests in a repository of their own`,
      );
    return new Map(
      data.tree
        .filter(({ type }) => type !== 'tree')
        .map(({ path, sha, mode, size = 0 }) => [
          path,
          { path, sha, mode, regular: isRegular(path, mode), size },
        ]),
    );
  }

  async function readBlob(sha: string): Promise<string> {
    const { data } = await rest.git.getBlob({ ...named(repository), file_sha: sha });
    if (data.encoding !== 'base64')
      throw new Unjudgeable(`GitHub does not give the content of the blob ${sha}`);
    return Buffer.from(data.content, 'base64').toString('utf8');
  }

  async function readCommit(sha: string): Promise<Commit> {
    const { data } = await rest.git.getCommit({ ...named(repository), commit_sha: sha });
    return { tree: data.tree.sha, parents: data.parents.map((parent) => parent.sha) };
  }

  async function readMergeBase(basehead: string): Promise<string | null> {
    try {
      const { data } = await rest.repos.compareCommitsWithBasehead({
        ...named(repository),
        basehead,
        per_page: 1,
      });
      return data.merge_base_commit.sha;
    } catch (error) {
      // The rest of 404 are errors: a commit that is not there has no history to speak of.
      if (answered(error, 404) && (error as Error).message.startsWith('No common ancestor')) return null;
      throw error;
    }
  }

  const source = ({ path, sha }: TreeFile) =>
    kept(
      sources,
      `${sha} ${path}`,
      async () => ({ path, text: await kept(blobs, sha, readBlob, keptFiles) }),
      keptFiles,
    );

  return {
    tree: (commit) => kept(trees, commit, readTree, keptTrees),
    async tip(branch) {
      const answer = await unlessMissing(rest.git.getRef({ ...named(repository), ref: `heads/${branch}` }));
      return answer?.data.object.sha ?? null;
    },
    commit: (sha) => kept(commits, sha, readCommit, keptCommits),
    async files(tree, wanted) {
      const found = [...tree.values()].filter(({ path, regular, size }) => regular && wanted(path, size));
      return Promise.all(found.map(source));
    },
    mergeBase: (base, head) => kept(bases, `${base}...${head}`, readMergeBase, keptBases),
  };
}

/** A path whose bytes are no UTF-8 may hide another one that reads the same: what stands there is nothing to rely on. */
function isRegular(path: string, mode: string): boolean {
  return regularModes.has(mode) && !path.includes('\uFFFD');
}

/** Answers from the cache, or reads and keeps; the oldest goes when it is full, and a failure is not kept. */
function kept<T>(
  cache: Map<string, Promise<T>>,
  key: string,
  read: (key: string) => Promise<T>,
  most: number,
): Promise<T> {
  const known = cache.get(key);
  if (known) return known;
  const answer = read(key);
  cache.set(key, answer);
  answer.catch(() => cache.delete(key));
  const [oldest] = cache.keys();
  if (cache.size > most && oldest !== undefined) cache.delete(oldest);
  return answer;
}

/** What git names a file's content by (https://git-scm.com/book/en/v2/Git-Internals-Git-Objects). */
export function blobSha(text: string): string {
  const content = Buffer.from(text);
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}
