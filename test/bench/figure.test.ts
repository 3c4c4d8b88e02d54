import { expect, test } from 'vitest';
import { figure, tableOf } from '../../bench/figure.ts';

test('a figure stands beside its floor and is held against its goal', () => {
  const floor = { what: 'a bare server', value: 0.5 };
  expect(figure('sandbox', 'GET a pull request', 1.23456, 'ms', { floor, goal: 2 })).toEqual({
    bench: 'sandbox',
    measure: 'GET a pull request',
    value: 1.23,
    unit: 'ms',
    against: 'a bare server: 0.5 ms',
    ratio: 2.47,
    goal: 2,
    bound: 'at most',
    met: true,
  });
});

test('without floor and goal it says nothing of them', () => {
  expect(figure('sandbox', 'memory', 12, 'MB')).toMatchObject({
    against: null,
    ratio: null,
    goal: null,
    met: null,
  });
});

test('a goal is met by at most that much', () => {
  const met = (value: number) => figure('b', 'm', value, 'ms', { goal: 100 }).met;
  expect([met(100), met(100.01)]).toEqual([true, false]);
});

test('people read a table', () => {
  const figures = [
    figure('sandbox', 'start', 120, 'ms', { goal: 100 }),
    figure('sandbox', 'GET', 2, 'ms', { floor: { what: 'bare', value: 1 } }),
  ];
  expect(tableOf(figures)).toBe(`bench    measure  value   against         goal
sandbox  start    120 ms                  MISSED: at most 100 ms
sandbox  GET      2 ms    2 × bare: 1 ms
`);
});
