import { expect, test } from 'vitest';
import { patternToRegExp } from '../../../src/sandbox/model/code-owners.ts';

test.each([
  ['*', 'a/b/c.txt', true],
  ['*.js', 'a/b.js', true],
  ['*.js', 'a/b.ts', false],
  ['/docs/', 'docs/a/b.md', true],
  ['/docs/', 'x/docs/a.md', false],
  ['docs/', 'x/docs/a.md', true],
  ['docs/*', 'docs/a.md', true],
  ['docs/*', 'docs/a/b.md', false],
  ['apps/', 'apps', false],
  ['/access-requests.yaml', 'access-requests.yaml', true],
  ['/access-requests.yaml', 'x/access-requests.yaml', false],
  ['access-requests.yaml', 'x/access-requests.yaml', true],
  ['/build/logs', 'build/logs/x.log', true],
  ['**/logs', 'a/b/logs/x', true],
  ['/a/**/z', 'a/z', true],
  ['/a/**/z', 'a/b/c/z', true],
  ['/scripts/**', 'scripts/a/b', true],
  ['/a+b.(c)', 'a+b.(c)', true],
  ['README.md', 'readme.md', false],
])('%s covers %s: %s', (pattern, path, covers) => {
  expect(patternToRegExp(pattern).test(path)).toBe(covers);
});
