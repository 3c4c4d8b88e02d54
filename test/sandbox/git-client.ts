import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a command of git ended, and what it said. */
export interface GitSaid {
  code: number;
  out: string;
  err: string;
}

/** A folder of somebody who works with git alone: no configuration, no helper, no prompt of the machine. */
export interface Workplace {
  folder: string;
  git(...args: string[]): Promise<GitSaid>;
  /** Writes files and commits them. */
  commit(files: Record<string, string>): Promise<void>;
  remove(): Promise<void>;
}

export async function workplace(): Promise<Workplace> {
  const home = await mkdtemp(join(tmpdir(), 'countersign-git-'));
  const folder = join(home, 'work');
  const run = (cwd: string, args: readonly string[]) =>
    new Promise<GitSaid>((resolve, reject) => {
      const child = spawn('git', ['-c', 'credential.helper=', ...args], {
        cwd,
        env: {
          PATH: process.env['PATH'],
          HOME: home,
          GIT_TERMINAL_PROMPT: '0',
          GIT_CONFIG_NOSYSTEM: '1',
          GIT_AUTHOR_NAME: 'Mona Lisa',
          GIT_AUTHOR_EMAIL: 'mona@example.com',
          GIT_COMMITTER_NAME: 'Mona Lisa',
          GIT_COMMITTER_EMAIL: 'mona@example.com',
          LC_ALL: 'C',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const said = { out: '', err: '' };
      child.stdout.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
      child.on('error', reject);
      child.on('close', (code) => resolve({ code: code ?? 255, ...said }));
    });
  return {
    folder,
    git: (...args) => run(args[0] === 'clone' ? home : folder, args),
    async commit(files) {
      for (const [path, content] of Object.entries(files)) await writeFile(join(folder, path), content);
      await run(folder, ['add', '--all']);
      await run(folder, ['commit', '--quiet', '--message', `Change ${Object.keys(files).join(', ')}`]);
    },
    remove: () => rm(home, { recursive: true, force: true }),
  };
}
