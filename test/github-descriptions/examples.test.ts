import { expect, test } from 'vitest';
import { exampleProblems } from './examples.ts';

const organization = { login: 'acme' };

test('what no example has is no business of theirs', () => {
  expect(exampleProblems('moon', 'landed', {})).toEqual([]);
});

test.each([
  [
    'a field that every example has',
    { action: 'added', scope: 'team' },
    '/organization is missing, and stands in every example',
  ],
  ['a field below it', { organization }, '/organization/id is missing, and stands in every example'],
  ['another type', { scope: ['team'] }, '/scope is array, and in every example string'],
])('%s', (_, payload, told) => {
  const problems = exampleProblems('membership', 'added', payload);
  expect(problems.map(({ pointer, what }) => `${pointer} ${what}`)).toContain(told);
});

test('a list is held against all items of all examples', () => {
  const commits = [{ id: 'a' }, { id: 1 }];
  const told = exampleProblems('push', null, { commits }).map(({ pointer }) => pointer);
  expect(told).toEqual(expect.arrayContaining(['/commits/*/id', '/commits/*/message']));
  expect(exampleProblems('push', null, { commits: [] }).map(({ pointer }) => pointer)).not.toContain(
    '/commits/*/id',
  );
});
