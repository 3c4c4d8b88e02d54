import { expect, test } from 'vitest';
import { latencyOf, percentile, timedBeside } from '../../bench/latency.ts';

test.each([
  [50, 50],
  [99, 99],
  [100, 100],
  [0, 1],
])('the %ith percentile of 1 to 100 is %i', (share, value) => {
  const samples = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(samples, share)).toBe(value);
});

test('one sample is every percentile, none is an error', () => {
  expect(latencyOf([7])).toEqual({ p50: 7, p99: 7 });
  expect(() => percentile([], 50)).toThrow('there are no samples');
});

test('work and floor take turns, and warming up does not count', async () => {
  const turns: string[] = [];
  const does = (what: string) => () => Promise.resolve(turns.push(what));
  const { work, floor } = await timedBeside(does('work'), does('floor'), { warmUp: 1, counted: 2 });
  expect(turns).toEqual(['work', 'floor', 'work', 'floor', 'work', 'floor']);
  expect(work.p99).toBeGreaterThanOrEqual(work.p50);
  expect(floor.p50).toBeGreaterThanOrEqual(0);
});
