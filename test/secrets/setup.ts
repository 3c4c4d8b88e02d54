import { afterAll } from 'vitest';
import { leakReport, listen } from './watch.ts';

// Everything that the app logs, prints and writes onto GitHub in the tests of a file is searched for what it was told in confidence.

listen();

afterAll(() => {
  const text = leakReport();
  if (text) throw new Error(text);
});
