import { afterAll, afterEach, expect } from 'vitest';
import { listen, mismatchReport } from './watch.ts';

// Every answer, every request and every webhook of a sandbox in this process is held against GitHub's descriptions.

// The sandbox's own tests ask wrongly on purpose; whoever else asks so that GitHub refuses it has a fault.
listen(() => !(expect.getState().testPath ?? '').includes('/test/sandbox/'));

afterEach(report);
afterAll(report);

function report(): void {
  const text = mismatchReport();
  if (text) throw new Error(text);
}
