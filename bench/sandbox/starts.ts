import { fork } from 'node:child_process';
import { once } from 'node:events';
import { generateKeyPair } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { figure, type Figure } from '../figure.ts';
import { percentile, timed } from '../latency.ts';
import type { Started } from './start-once.ts';

const PROCESSES = 15;
const KEYS = 30;
const GOAL_MS = 100;
const MEGABYTE = 1024 * 1024;

const makeKeyPair = promisify(generateKeyPair);

/** How long it takes until an organization stands there to be asked, in a new process and in one that has done it before. */
export async function startFigures(): Promise<Figure[]> {
  const children: Started[] = [];
  for (let nth = 0; nth < PROCESSES; nth += 1) children.push(await startedOnce());
  const first = children.flatMap(({ starts: [one = NaN] }) => one);
  const later = children.flatMap(({ starts: [, ...more] }) => more);
  const keys: number[] = [];
  for (let nth = 0; nth < KEYS; nth += 1)
    keys.push(await timed(() => makeKeyPair('rsa', { modulusLength: 2048 })));
  const key = { what: 'one RSA key of 2,048 bits, p50', value: percentile(keys, 50) };
  const median = (samples: readonly number[]) => percentile(samples, 50);
  return [
    figure('sandbox', 'first start in a process, with a seed, p50', median(first), 'ms', {
      floor: key,
      goal: GOAL_MS,
    }),
    figure('sandbox', 'first start in a process, with a seed, p90', percentile(first, 90), 'ms'),
    figure('sandbox', 'every later start, with a seed, p50', median(later), 'ms', {
      floor: key,
      goal: GOAL_MS,
    }),
    figure('sandbox', 'every later start, with a seed, p90', percentile(later, 90), 'ms'),
    figure('sandbox', 'one RSA key of 2,048 bits, p50', key.value, 'ms'),
    figure('sandbox', 'one RSA key of 2,048 bits, p90', percentile(keys, 90), 'ms'),
    figure('sandbox', 'memory of a process with one sandbox', mean(children, 'after'), 'MB', {
      floor: { what: 'the same process before the start', value: mean(children, 'before') },
    }),
  ];
}

async function startedOnce(): Promise<Started> {
  const child = fork(fileURLToPath(new URL('start-once.ts', import.meta.url)));
  const [told] = (await once(child, 'message')) as [Started];
  await once(child, 'exit');
  return told;
}

function mean(children: readonly Started[], moment: 'before' | 'after'): number {
  return children.reduce((total, child) => total + child[moment], 0) / children.length / MEGABYTE;
}
