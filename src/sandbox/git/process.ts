import { spawn } from 'node:child_process';

/** What git wrote, and how it ended: 0 and 1 are answers, anything above is a failure. */
export interface GitResult {
  code: number;
  stdout: Buffer;
}

/** The environment of every git here: no configuration, locale or time zone of the machine matters. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_AUTHOR_NAME: 'GitHub',
  GIT_AUTHOR_EMAIL: 'noreply@github.com',
  GIT_COMMITTER_NAME: 'GitHub',
  GIT_COMMITTER_EMAIL: 'noreply@github.com',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** Runs git in a folder. Throws when git fails (exit code above 1, or 1 with a message). */
export function runGit(folder: string, args: readonly string[], input?: string | Buffer): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, { cwd: folder, env: gitEnvironment, stdio: 'pipe' });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      const code = status ?? 255;
      const message = Buffer.concat(err).toString().trim();
      if (code > 1 || (code === 1 && message !== ''))
        reject(new Error(`git ${args.join(' ')} ended with ${code}: ${message}`));
      else resolve({ code, stdout: Buffer.concat(out) });
    });
    child.stdin.on('error', () => undefined); // git that ends early says why by its exit code
    child.stdin.end(input);
  });
}
