import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { GitRan, GitRun } from './git-runner.ts';

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
export async function runGit(
  folder: string,
  args: readonly string[],
  input?: string | Buffer,
): Promise<GitResult> {
  const { code, stdout, stderr } = await ask({ folder, args, env: gitEnvironment, input });
  if (code === null || code > 1 || (code === 1 && stderr !== ''))
    throw new Error(`git ${args.join(' ')} ended with ${code}: ${stderr}`);
  return { code, stdout: Buffer.from(stdout) };
}

interface Runner {
  readonly process: ChildProcess;
  readonly waiting: Map<number, { resolve: (ran: GitRan) => void; reject: (error: Error) => void }>;
}

let runner: Runner | undefined;
let lastId = 0;

function ask(run: Omit<GitRun, 'id'>): Promise<GitRan> {
  runner ??= startRunner();
  const { process: child, waiting } = runner;
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    child.ref();
    child.channel?.ref();
    child.send({ ...run, id } satisfies GitRun);
  });
}

/**
 * A small process that starts git for this one. To start a process is to copy the page tables of the one that starts it: beside an embedded database
 * that took 20 ms each time, most of a test's time.
 */
function startRunner(): Runner {
  const child = fork(fileURLToPath(new URL('git-runner.ts', import.meta.url)), {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting: Runner['waiting'] = new Map();
  const rest = () => {
    if (waiting.size > 0) return;
    // Idle, it keeps nobody from ending.
    child.unref();
    child.channel?.unref();
  };
  child.on('message', (ran: GitRan) => {
    waiting.get(ran.id)?.resolve(ran);
    waiting.delete(ran.id);
    rest();
  });
  child.on('exit', () => {
    runner = undefined;
    for (const { reject } of waiting.values()) reject(new Error('the process that runs git ended'));
  });
  rest();
  return { process: child, waiting };
}
