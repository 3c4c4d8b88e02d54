import { spawn } from 'node:child_process';

/** One run of git, asked for by the parent process. */
export interface GitRun {
  readonly id: number;
  readonly folder: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: string | Uint8Array | undefined;
}

/** How it ended; `code` is null where git could not be started or was killed. */
export interface GitRan {
  readonly id: number;
  readonly code: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** This file is a program: `process.ts` forks it, and it runs git for as long as its parent lives. */
process.on('message', (run: GitRun) => {
  const child = spawn('git', run.args, { cwd: run.folder, env: run.env, stdio: 'pipe' });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const answer = (code: number | null, stderr: string) =>
    process.send?.({ id: run.id, code, stdout: Buffer.concat(out), stderr } satisfies GitRan);
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.on('error', ({ message }) => answer(null, message));
  child.on('close', (code) => answer(code, Buffer.concat(err).toString().trim()));
  child.stdin.on('error', () => undefined); // git that ends early says why by its exit code
  child.stdin.end(run.input);
});
process.on('disconnect', () => process.exit());
