import { startSandbox } from '../../src/sandbox/start.ts';
import { seed } from './world.ts';

// A process of its own: starts a few sandboxes one after the other and tells its parent how long each took.
const before = process.memoryUsage().rss;
const starts: number[] = [];
let after = before;
for (let nth = 0; nth < 4; nth += 1) {
  const begun = performance.now();
  const sandbox = await startSandbox();
  await sandbox.seed(seed);
  starts.push(performance.now() - begun);
  if (nth === 0) after = process.memoryUsage().rss;
  await sandbox.close();
}
process.send?.({ starts, before, after } satisfies Started);

export interface Started {
  /** Milliseconds from the call to a seeded sandbox: the process's first, its second, … */
  starts: number[];
  /** Resident bytes before the first start and after it. */
  before: number;
  after: number;
}
