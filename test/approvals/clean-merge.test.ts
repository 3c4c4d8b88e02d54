import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isCleanMerge, type Files } from '../../src/approvals/clean-merge.ts';

/** `{ a: '1' }`: an ordinary file whose blob is 1. */
function files(blobs: Readonly<Record<string, string>>): Files {
  return new Map(Object.entries(blobs).map(([path, sha]) => [path, { sha, regular: true }]));
}

const base = files({ a: '1', b: '1', c: '1' });

describe('a merge is clean', () => {
  test.each([
    ['where each side changed another file', { a: '2', b: '2', c: '1' }, true],
    ['not where it leaves out what the other side did', { a: '2', b: '1', c: '1' }, false],
    ['not where it leaves out what its own side did', { a: '1', b: '2', c: '1' }, false],
    ['not where it changes a file that neither side did', { a: '2', b: '2', c: '2' }, false],
    ['not where it adds a file', { a: '2', b: '2', c: '1', d: '1' }, false],
    ['not where it takes a file out', { a: '2', b: '2' }, false],
  ])('%s', (_, merged, clean) => {
    const [ours, theirs] = [files({ a: '2', b: '1', c: '1' }), files({ a: '1', b: '2', c: '1' })];
    expect(isCleanMerge({ merged: files(merged), ours, theirs, base })).toBe(clean);
  });

  test.each([
    ['as both left it', { a: '2' }, { a: '2' }, { a: '2' }, true],
    ['and never where both changed it', { a: '2' }, { a: '3' }, { a: '2' }, false],
    ['however it was put together', { a: '2' }, { a: '3' }, { a: '4' }, false],
    ['without what one side took out', {}, { a: '1' }, {}, true],
    ['with what one side took out and the other changed', {}, { a: '2' }, { a: '2' }, false],
  ])('with a file %s', (_, ours, theirs, merged, clean) => {
    const sides = { ours: files(ours), theirs: files(theirs), base: files({ a: '1' }) };
    expect(isCleanMerge({ ...sides, merged: files(merged) })).toBe(clean);
  });

  test('not where a file became a symbolic link', () => {
    const link: Files = new Map([['a', { sha: '1', regular: false }]]);
    const same = files({ a: '1' });
    expect(isCleanMerge({ merged: link, ours: same, theirs: same, base: same })).toBe(false);
  });
});

test('whichever side is called ours, and a merge that nothing was done to since is what it was', () => {
  const tree = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2', '3')).map(files);
  fc.assert(
    fc.property(tree, tree, tree, tree, (merged, ours, theirs, common) => {
      const merge = { merged, ours, theirs, base: common };
      expect(isCleanMerge(merge)).toBe(isCleanMerge({ ...merge, ours: theirs, theirs: ours }));
      expect(isCleanMerge({ merged: ours, ours, theirs: common, base: common })).toBe(true);
    }),
  );
});
