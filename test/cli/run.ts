import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { vi } from 'vitest';
import { troubleOf } from '../../src/cli/trouble.ts';
import { hear, toldInConfidence } from '../secrets/watch.ts';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, as main does. */
export async function run(command: Command, ...args: string[]): Promise<Outcome> {
  toldInConfidence(secretsOf(process.env));
  const written = { out: '', err: '' };
  const listening = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((written.out += String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((written.err += String(text)), true)),
  ];
  try {
    await command.parseAsync(args, { from: 'user' });
    return { code: Number(process.exitCode ?? 0), ...written };
  } catch (error) {
    const trouble = troubleOf(error);
    if (!trouble) throw error;
    hear(trouble.message);
    return { code: trouble.exitCode, out: written.out, err: trouble.message };
  } finally {
    for (const each of listening) each.mockRestore();
    hear(`${written.out}${written.err}`);
    process.exitCode = undefined;
  }
}

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** Starts the command line as a process of its own. Without an environment it is told nothing. */
export function countersign(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  toldInConfidence(secretsOf(env));
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const written = { out: '', err: '' };
  child.stdout.on('data', (text) => (written.out += String(text)));
  child.stderr.on('data', (text) => (written.err += String(text)));
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => {
      hear(`${written.out}${written.err}`);
      resolve({ code: code ?? -1, ...written });
    });
  });
  return { child, ended };
}

const secretsOf = (env: NodeJS.ProcessEnv): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    value && /_SECRET|_KEY$|_DB_URL$|^DATABASE_URL$/.test(name) ? [value] : [],
  );
