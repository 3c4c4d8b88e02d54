import { spawn } from 'node:child_process';
import { gitEnvironment } from './process.ts';

/** An object as it stands in git's store. */
export interface GitObject {
  sha: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  content: Buffer;
}

/** Reads objects by anything git can resolve (a SHA, a ref, `main^{tree}`); undefined where there is none. */
export interface ObjectReader {
  read(revision: string): Promise<GitObject | undefined>;
  close(): Promise<void>;
}

/** One `git cat-file --batch` for the life of a repository: a read costs no new process. */
export function openObjectReader(folder: string): ObjectReader {
  const child = spawn('git', ['cat-file', '--batch'], { cwd: folder, env: gitEnvironment, stdio: 'pipe' });
  const waiting: { resolve: (object: GitObject | undefined) => void; reject: (reason: Error) => void }[] = [];
  let buffer: Buffer = Buffer.alloc(0);
  let closed = false;
  child.stdout.on('data', (chunk: Buffer) => {
    buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
    for (let answer = takeAnswer(buffer); answer; answer = takeAnswer(buffer)) {
      buffer = buffer.subarray(answer.length);
      waiting.shift()?.resolve(answer.object);
    }
  });
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(new Error('git cat-file has ended'));
      resolve();
    });
  });
  child.on('error', () => undefined); // told to whoever waits when it closes
  child.stdin.on('error', () => undefined);
  return {
    read(revision) {
      if (closed) return Promise.reject(new Error('this repository is closed'));
      if (revision === '' || /[\s\0]/.test(revision)) return Promise.resolve(undefined);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        child.stdin.write(`${revision}\n`);
      });
    },
    close() {
      child.stdin.end();
      return ended;
    },
  };
}

/** The first whole answer in the buffer: `SHA TYPE SIZE\n…\n`, or `… missing\n`. */
function takeAnswer(buffer: Buffer): { object: GitObject | undefined; length: number } | undefined {
  const end = buffer.indexOf(10);
  if (end < 0) return undefined;
  const header = /^([0-9a-f]{40}) (blob|tree|commit|tag) (\d+)$/.exec(buffer.subarray(0, end).toString());
  if (!header) return { object: undefined, length: end + 1 };
  const [, sha = '', type = '', size = ''] = header;
  const start = end + 1;
  const length = start + Number(size) + 1;
  if (buffer.length < length) return undefined;
  const content = Buffer.from(buffer.subarray(start, length - 1));
  return { object: { sha, type: type as GitObject['type'], content }, length };
}
