import { expect, test } from 'vitest';
import { hasErrors, sortViolations, violation, violationCodes } from '../../src/requests/violation.ts';

const at = (file: string, line: number, column: number) => ({ file, line, column });

test('sorted by file, line, column and code', () => {
  const sorted = [
    violation(at('a', 2, 9), 'wrong-type', '', ''),
    violation(at('a', 10, 1), 'wrong-type', '', ''),
    violation(at('a', 10, 2), 'missing-key', '', ''),
    violation(at('a', 10, 2), 'unknown-key', '', ''),
    violation(at('b', 1, 1), 'wrong-type', '', ''),
  ];
  expect(sortViolations(sorted.toReversed())).toEqual(sorted);
});

test('a warning stands in nobody’s way', () => {
  const warning = violation(at('a', 1, 1), 'standing-access', '', '', 'warning');
  expect(hasErrors([warning])).toBe(false);
  expect(hasErrors([warning, violation(at('a', 1, 1), 'wrong-type', '', '')])).toBe(true);
});

test('no code stands twice', () => {
  expect(new Set(violationCodes).size).toBe(violationCodes.length);
});
