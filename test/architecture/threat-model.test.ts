import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { filesBelow } from './source.ts';

const tests = new Set(filesBelow('test').filter((path) => path.endsWith('.test.ts')));

/** The tests that docs/threat-model.md names: in the last column of its attacks. */
const named = [...readFileSync('docs/threat-model.md', 'utf8').matchAll(/^\|.*\|.*\| ([^|]*) \|$/gm)].flatMap(
  ([, cell = '']) =>
    [...cell.matchAll(/`([\w/.-]+)`(?:: "([^"]+)")?/g)].map(
      ([, file = '', name]) => [`test/${file}.test.ts`, name] as const,
    ),
);

/** The names of a file's tests, as vitest puts them together: those of a `describe` at the top stand before its tests. */
function namesIn(text: string): string[] {
  const titles = text.matchAll(/^( *)(?:(describe|test)[.\w]*\(|\]\)\()\s*(['"`])((?:\\.|(?!\3).)*)\3/gm);
  let group = '';
  return [...titles].flatMap(([, indentation, kind, , title = '']) => {
    if (indentation === '') group = kind === 'describe' ? `${title} ` : '';
    return kind === 'describe' ? [] : [`${group}${title}`];
  });
}

test('the threat model names tests', () => {
  expect(named.length).toBeGreaterThan(50);
});

test.each([...new Set(named.map(([path]) => path))])('%s is there', (path) => {
  expect(tests).toContain(path);
});

test.each(named.filter(([, name]) => name !== undefined))('%s has %j', (path, name) => {
  expect(namesIn(readFileSync(path, 'utf8'))).toContain(name);
});

describe('the names of tests', () => {
  test.each([
    [`test('a', () => {});`, ['a']],
    [`describe("b's", () => {\n  test('c', () => {});\n});\ntest('d', f);`, ["b's c", 'd']],
    [`test.each([\n  [1],\n])('of %s', f);`, ['of %s']],
    [`// test('none')`, []],
  ])('in %j', (text, names) => expect(namesIn(text)).toEqual(names));
});
