import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Environment } from '../src/config.ts';

/** The app as an operator starts it, in a process of its own, which is started again whenever it was killed. */
export interface AppProcess {
  /** SIGKILL. What comes after it, the app does not live to do. */
  kill(): void;
  /** SIGSTOP: it does nothing, and knows nothing of it, until it goes on. */
  sleep(): void;
  /** SIGCONT. */
  goOn(): void;
  /** Whether there is nothing left that it could do now. */
  isIdle(): Promise<boolean>;
  /** All that it wrote, in all its lives. */
  said(): string;
  /** Stops it as an operator does: whether it came to its end, or was killed and started again meanwhile. Throws where it ends with an error. */
  stop(): Promise<boolean>;
  /** Ends it for good, however it is. */
  end(): Promise<void>;
}

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const patience = 30_000;

export async function startAppProcess({
  args,
  env,
  port,
  betweenLives,
}: {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly port: number;
  /** While it is dead. */
  readonly betweenLives: () => Promise<void>;
}): Promise<AppProcess> {
  const url = `http://127.0.0.1:${port}`;
  let said = '';
  let child = launch();
  let alive: Promise<void> = ready(child);
  let stopping = false;

  function launch(): ChildProcess {
    const launched = spawn(process.execPath, [main, 'start', ...args], {
      env: { PATH: process.env['PATH'], ...env, HOST: '127.0.0.1', PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [launched.stdout, launched.stderr])
      stream.on('data', (text) => (said += String(text)));
    return launched;
  }

  async function ready(launched: ChildProcess): Promise<void> {
    const late = Date.now() + patience;
    while (launched.exitCode === null && launched.signalCode === null && Date.now() < late) {
      const answer = await fetch(`${url}/readyz`).catch(() => null);
      if (answer?.status === 200) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (launched.signalCode !== 'SIGKILL') throw new Error(`the app does not start:\n${theEndOf(said)}`);
  }

  async function again(dead: ChildProcess): Promise<void> {
    if (dead.exitCode === null && dead.signalCode === null) await once(dead, 'exit');
    await betweenLives();
    child = launch();
    await ready(child);
  }

  const orphaned = () => void child.kill('SIGKILL');
  process.once('exit', orphaned);
  await alive;
  return {
    kill() {
      child.kill('SIGKILL');
      if (stopping) return;
      alive = again(child);
      // Whoever waits for it hears of a failure.
      alive.catch(() => undefined);
    },
    sleep: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async isIdle() {
      const life = alive;
      await life;
      if (child.exitCode !== null) throw new Error(`the app ended by itself:\n${theEndOf(said)}`);
      const text = await fetch(`${url}/metrics`).then(
        (answer) => answer.text(),
        () => null,
      );
      return text !== null && life === alive && /^countersign_tasks\{/m.test(text) && nothingToDo(text);
    },
    said: () => said,
    async stop() {
      await alive;
      stopping = true;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code, signal] = (await ended) as [number | null, string | null];
      if (signal === 'SIGKILL') {
        stopping = false;
        alive = again(child);
        return false;
      }
      process.off('exit', orphaned);
      if (code !== 0) throw new Error(`the app ended with ${code}:\n${theEndOf(said)}`);
      return true;
    },
    async end() {
      stopping = true;
      await alive.catch(() => undefined);
      process.off('exit', orphaned);
      child.kill('SIGKILL');
    },
  };
}

/** As much of what a process wrote as an error can show. */
export const theEndOf = (text: string): string => text.slice(-20_000);

function nothingToDo(metrics: string): boolean {
  const waiting = [...metrics.matchAll(/^countersign_tasks\{state="(?:running|due|again)"\} (\d+)$/gm)];
  const [, overdue] = /^countersign_grants_overdue (\d+)$/m.exec(metrics) ?? [];
  return overdue === '0' && waiting.every(([, count]) => count === '0');
}
