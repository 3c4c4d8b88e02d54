import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatCommit, parseCommit, type Commit, type NewCommit } from './commit.ts';
import { openObjectReader, type GitObject } from './object-reader.ts';
import { writeObject } from './object-writer.ts';
import { runGit } from './process.ts';
import { formatTree, parseTree, type TreeEntry } from './tree-format.ts';

/** A bare repository: real objects, real refs. */
export interface GitRepository {
  readonly folder: string;
  /** Standard output of git, run in the repository. */
  git(args: readonly string[], input?: string | Buffer): Promise<string>;
  /** Whether git answered yes (exit code 0) rather than no (1). */
  asks(args: readonly string[]): Promise<boolean>;
  /** Exit code and standard output, where a 1 is an answer too. */
  run(args: readonly string[], input?: string | Buffer): Promise<{ code: number; stdout: Buffer }>;
  read(revision: string): Promise<GitObject | undefined>;
  /** The object at a ref. */
  ref(name: string): Promise<GitObject | undefined>;
  /** The SHA of the commit at a ref, or of a SHA; revisions such as `main~1` name nothing here. */
  commitSha(name: string): Promise<string | undefined>;
  commit(sha: string): Promise<Commit>;
  tree(revision: string): Promise<TreeEntry[]>;
  writeBlob(content: string | Buffer): Promise<string>;
  writeTree(entries: readonly TreeEntry[]): Promise<string>;
  writeCommit(commit: NewCommit): Promise<string>;
  setRef(ref: string, sha: string | null): Promise<void>;
  /** Asks once: for answers about commits named by SHA, which never change. */
  remember<T>(question: string, ask: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Without git's syntax for revisions, none of which may stand in the name of a ref. */
const PLAIN_NAME = /^(?!.*(?:\.\.|@\{))[^~^:\s]+$/;

/** Whoever may read may fetch any commit, and `refs/pull/*` is shown to readers and kept from writers. */
const CONFIGURATION = `[core]
	repositoryformatversion = 0
	bare = true
	logAllRefUpdates = false
[gc]
	auto = 0
[http]
	receivepack = true
[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[receive]
	hideRefs = refs/pull
`;

/** Makes an empty bare repository in a folder that does not exist yet. */
export async function createRepository(folder: string, defaultBranch: string): Promise<GitRepository> {
  await Promise.all([
    mkdir(join(folder, 'objects', 'pack'), { recursive: true }),
    mkdir(join(folder, 'refs', 'heads'), { recursive: true }),
  ]);
  await writeFile(join(folder, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
  await writeFile(join(folder, 'config'), CONFIGURATION);
  const reader = openObjectReader(folder);
  const answers = new Map<string, Promise<unknown>>();
  const run = (args: readonly string[], input?: string | Buffer) => runGit(folder, args, input);
  const readAs = async (revision: string, type: GitObject['type']): Promise<GitObject> => {
    const object = await reader.read(revision);
    if (object?.type !== type) throw new Error(`${revision} is no ${type} in ${folder}`);
    return object;
  };
  return {
    folder,
    run,
    git: async (args, input) => (await run(args, input)).stdout.toString(),
    asks: async (args) => (await run(args)).code === 0,
    read: (revision) => reader.read(revision),
    ref: async (name) => (PLAIN_NAME.test(name) ? reader.read(name) : undefined),
    commitSha: async (name) =>
      PLAIN_NAME.test(name) ? (await reader.read(`${name}^{commit}`))?.sha : undefined,
    commit: async (sha) => parseCommit(sha, (await readAs(sha, 'commit')).content),
    tree: async (revision) => parseTree((await readAs(`${revision}^{tree}`, 'tree')).content),
    writeBlob: async (content) => writeObject(folder, 'blob', Buffer.from(content)),
    writeTree: async (entries) => writeObject(folder, 'tree', formatTree(entries)),
    writeCommit: async (commit) => writeObject(folder, 'commit', Buffer.from(formatCommit(commit))),
    setRef: async (ref, sha) => {
      if (sha === null) await run(['update-ref', '-d', ref]);
      else await writeRef(folder, ref, sha);
    },
    remember<T>(question: string, ask: () => Promise<T>) {
      const known = answers.get(question) ?? ask();
      answers.set(question, known);
      known.catch(() => answers.delete(question));
      return known as Promise<T>;
    },
    close: () => reader.close(),
  };
}

let written = 0;

/** Writes a loose ref, renamed into place; `update-ref` would cost a process for each. git overlooks names that end in `.lock`. */
async function writeRef(folder: string, ref: string, sha: string): Promise<void> {
  const path = join(folder, ref);
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${(written += 1)}.lock`;
  await writeFile(draft, `${sha}\n`);
  await rename(draft, path);
}
