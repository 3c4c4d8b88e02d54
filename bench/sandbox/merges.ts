import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { World } from '../../src/sandbox/start.ts';
import { figure, type Figure } from '../figure.ts';
import { timedBeside, type Rounds } from '../latency.ts';
import { stage } from './world.ts';

const ROUNDS: Rounds = { warmUp: 10, counted: 60 };

const run = promisify(execFile);

/** What a merge takes, beside the commands of git that it needs at least, on a copy of the same repository. */
export async function mergeFigures(): Promise<Figure[]> {
  const { world, close } = await stage();
  const pulls = await openedPulls(world);
  const folder = await mkdtemp(join(tmpdir(), 'countersign-bench-'));
  const copy = join(folder, 'copy.git');
  await world.git('clone', '--quiet', '--mirror', '.', copy);
  const [here, there] = [pulls.values(), pulls.values()];
  const { work, floor } = await timedBeside(
    async () => {
      const { status, data } = await world.person('mona').merges(next(here));
      if (status !== 200) throw new Error(`a merge was refused: ${JSON.stringify(data)}`);
    },
    () => mergedByGit(copy, next(there)),
    ROUNDS,
  );
  await close();
  await rm(folder, { recursive: true });
  return (['p50', 'p99'] as const).map((share) =>
    figure('sandbox', `merge of a pull request, ${share}`, work[share], 'ms', {
      floor: { what: 'merge-tree, commit-tree and update-ref by git', value: floor[share] },
    }),
  );
}

async function openedPulls(world: World): Promise<number[]> {
  const numbers: number[] = [];
  for (let nth = 0; nth < ROUNDS.warmUp + ROUNDS.counted; nth += 1) {
    const { number } = await world.person('mona').opensPullRequest({
      title: `Ask ${nth}`,
      branch: `ask-${nth}`,
      files: { [`access-requests/${nth}.yaml`]: 'requests: []\n' },
    });
    numbers.push(number);
  }
  return numbers;
}

async function mergedByGit(folder: string, pull: number): Promise<void> {
  const git = async (...args: string[]) =>
    (await run('git', args, { cwd: folder, env: signed })).stdout.trim();
  const head = `refs/pull/${pull}/head`;
  const tree = await git('merge-tree', '--write-tree', 'main', head);
  const commit = await git(
    'commit-tree',
    tree,
    '-p',
    'main',
    '-p',
    head,
    '-m',
    `Merge pull request #${pull}`,
  );
  await git('update-ref', 'refs/heads/main', commit);
}

const signed = {
  PATH: process.env['PATH'],
  GIT_AUTHOR_NAME: 'bench',
  GIT_AUTHOR_EMAIL: 'bench@example.com',
  GIT_COMMITTER_NAME: 'bench',
  GIT_COMMITTER_EMAIL: 'bench@example.com',
};

function next(numbers: ArrayIterator<number>): number {
  const { value, done } = numbers.next();
  if (done) throw new Error('there are no more pull requests');
  return value;
}
