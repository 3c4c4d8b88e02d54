import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownersOf, parseCodeowners } from '../../src/approvals/codeowners.ts';

const covered = (pattern: string, path: string) =>
  ownersOf(parseCodeowners(`${pattern} @mona`), path) !== undefined;

/** A pattern, the paths it covers, the paths it does not. */
const patterns: [pattern: string, covers: string[], not: string[]][] = [
  // everything
  ['*', ['a', 'a/b', 'a/b/c.js', '.github/CODEOWNERS'], []],
  ['**', ['a', 'a/b', 'a/b/c.js'], []],
  ['**/*', ['a', 'a/b', 'a/b/c.js'], []],
  ['/**', ['a', 'a/b'], []],
  // a name without a slash: at any depth, and what is below a folder of that name
  [
    'access',
    ['access', 'access/a.yaml', 'team/access', 'team/access/x/y'],
    ['access.yaml', 'team/accessory', 'Access'],
  ],
  ['*.js', ['a.js', 'src/deep/a.js', '.js', 'build.js/inner.txt'], ['a.jsx', 'a/js', 'A.JS']],
  ['a?c', ['abc', 'x/a-c'], ['ac', 'abbc', 'a/c']],
  ['re*st', ['rest', 'request', 'x/request/y'], ['re/st']],
  // a slash at the end: a folder, at any depth
  ['apps/', ['apps/a', 'apps/a/b', 'src/apps/a'], ['apps', 'src/apps', 'apps2/a']],
  ['app*/', ['apps/a', 'x/application/y'], ['apps']],
  // a slash at the start or in the middle: from the root
  ['/apps', ['apps', 'apps/a', 'apps/a/b'], ['src/apps', 'apps.txt']],
  ['/build/logs/', ['build/logs/a', 'build/logs/x/y'], ['build/logs', 'x/build/logs/a']],
  ['/apps/github', ['apps/github', 'apps/github/a/b'], ['apps/github2', 'apps/git']],
  ['a/b', ['a/b', 'a/b/c'], ['x/a/b', 'a/bc']],
  ['a/b/', ['a/b/c'], ['a/b', 'x/a/b/c']],
  // one level only
  ['docs/*', ['docs/getting-started.md', 'docs/.hidden'], ['docs', 'docs/build-app/troubleshooting.md']],
  ['/*', ['a', 'README.md'], ['a/b']],
  ['a/*/c', ['a/b/c', 'a/b/c/d'], ['a/c', 'a/b/b/c']],
  ['/*/', ['a/b', 'a/b/c'], ['a']],
  ['docs/*.md', ['docs/a.md', 'docs/folder.md/x'], ['docs/a/b.md', 'a/docs/b.md']],
  ['docs/a*', ['docs/ab', 'docs/ab/c/d'], ['docs/ba']],
  // any number of folders
  ['**/logs', ['logs', 'logs/a', 'x/logs', 'x/y/logs/a'], ['x/blogs', 'logs2']],
  ['**/a/b', ['a/b', 'x/a/b', 'x/y/a/b/c'], ['a/x/b']],
  ['a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'a/x/b/c'], ['a/bc', 'x/a/b', 'ab']],
  ['a/**', ['a/b', 'a/b/c'], ['a', 'x/a/b', 'ab']],
  ['a/**/', ['a/b', 'a/b/c'], ['a']],
  ['a/**/*.tf', ['a/x.tf', 'a/b/c/x.tf'], ['a/x.tfvars', 'b/x.tf']],
  ['**/a/**/b/**', ['a/b/x', 'y/a/y/b/x/x'], ['a/b', 'b/a/x']],
  ['/sdk/**/ci.yml', ['sdk/ci.yml', 'sdk/a/b/ci.yml'], ['ci.yml', 'x/sdk/ci.yml']],
  ['a/x**y', ['a/xy', 'a/x-y', 'a/xy/z'], ['a/x/y']],
  // escapes and characters that mean nothing here
  ['a\\ b.txt', ['a b.txt', 'x/a b.txt'], ['a', 'a\\ b.txt']],
  ['a\\*b', ['a*b'], ['ab', 'axb']],
  ['a\\?b', ['a?b'], ['axb']],
  ['\\[id\\].ts', ['[id].ts', 'x/[id].ts'], ['i.ts']],
  ['a+(b|c){d}$^.txt', ['a+(b|c){d}$^.txt'], ['ab.txt']],
  ['übung/*', ['übung/ä.md'], ['ubung/a.md']],
  ['?.md', ['😀.md'], ['ab.md']],
  // never anything
  ['a//b', [], ['a/b', 'a', 'b']],
];

describe('a pattern', () => {
  test.each(patterns.flatMap(([pattern, paths]) => paths.map((path) => [pattern, path])))(
    '%s covers %s',
    (pattern, path) => expect(covered(pattern, path)).toBe(true),
  );

  test.each(patterns.flatMap(([pattern, , paths]) => paths.map((path) => [pattern, path])))(
    '%s does not cover %s',
    (pattern, path) => expect(covered(pattern, path)).toBe(false),
  );

  test('is matched in bounded time however many stars it has', () => {
    const path = `${'a/'.repeat(1000)}${'a'.repeat(1000)}`;
    const hard = ['**/a/'.repeat(300) + 'b', `**/${'a*'.repeat(300)}b`, '**/'.repeat(1000) + 'b'];
    const began = performance.now();
    for (const pattern of hard) expect(covered(pattern, path)).toBe(false);
    expect(performance.now() - began).toBeLessThan(2000);
  });

  test('that is a path covers that path and everything below it', () => {
    const name = fc.stringMatching(/^[a-z][a-z.-]{0,5}$/);
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
    fc.assert(
      fc.property(path, path, (folder, below) => {
        expect(covered(`/${folder}`, folder)).toBe(true);
        expect(covered(`/${folder}`, `${folder}/${below}`)).toBe(true);
        expect(covered(`/${folder}/`, folder)).toBe(false);
        expect(covered(`/${folder}`, `x/${folder}`)).toBe(covered(`/${folder}`, `x`));
      }),
    );
  });
});

/** The example of GitHub's documentation ("About code owners"), without its comments. */
const documented = `*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
`;

describe('in the example of GitHub’s documentation', () => {
  test.each([
    ['README.md', '@global-owner1 @global-owner2'],
    ['src/index.js', '@js-owner'],
    ['src/INDEX.JS', '@global-owner1 @global-owner2'],
    ['cmd/main.go', 'docs@example.com'],
    ['notes/a.txt', '@octo-org/octocats'],
    ['build/logs/today/a.txt', '@octocat'],
    ['x/build/logs/a', '@octocat'],
    ['deeply/nested/logs', '@octocat'],
    ['docs/getting-started.md', '@doctocat'],
    ['docs/build-app/troubleshooting.md', '@doctocat'],
    ['x/docs/build-app.md', '@global-owner1 @global-owner2'],
    ['x/apps/a', '@octocat'],
    ['scripts/deploy.go', '@doctocat @octocat'],
    ['apps/a.js', '@octocat'],
    ['apps/github/a.js', ''],
    ['apps/githubber', '@octocat'],
  ])('%s is owned by %j', (path, owners) => {
    expect(ownersOf(parseCodeowners(documented), path)?.owners.join(' ')).toBe(owners);
  });
});

describe('a file', () => {
  const example = `# Each line is a pattern and its owners.
*           @acme/everyone

*.yaml      @hubot docs@example.com   # inline
/access/    @acme/data
/access/open
`;

  test.each([
    ['README.md', 2, '*', ['@acme/everyone']],
    ['x/y.yaml', 4, '*.yaml', ['@hubot', 'docs@example.com']],
    ['access/y.yaml', 5, '/access/', ['@acme/data']],
    ['access/open/y.yaml', 6, '/access/open', []],
  ])('gives %s to the last rule that covers it', (path, line, pattern, owners) => {
    expect(ownersOf(parseCodeowners(example), path)).toEqual({ line, pattern, owners });
  });

  test('gives what no rule covers to nobody', () => {
    expect(ownersOf(parseCodeowners('/a @mona'), 'b')).toBeUndefined();
    expect(ownersOf(parseCodeowners(''), 'b')).toBeUndefined();
  });

  test.each([
    ['\uFEFF* @mona\r\n\t/a\t@hubot \r\n', ['*', '/a']],
    ['* @mona#comment', ['*']],
    ['  \n#* @mona\n # x', []],
    ['* @octo_acme @acme/a_b-c first.last+tag@mail.example.co.uk', ['*']],
    ['a#b @mona', ['a']],
  ])('%j has the patterns %j', (text, found) => {
    const { rules, errors } = parseCodeowners(text);
    expect(errors).toEqual([]);
    expect(rules.map(({ pattern }) => pattern)).toEqual(found);
  });

  test('reads owners up to an inline comment', () => {
    expect(parseCodeowners('* @mona# @hubot').rules).toEqual([{ line: 1, pattern: '*', owners: ['@mona'] }]);
  });

  test.each([
    ['!secret @mona', /cannot take files out/],
    ['a[bc].js @mona', /ranges do not work/],
    ['a[bc.js @mona', /ranges do not work/],
    ['\\#a @mona', /always begins a comment/],
    ['a\\#b @mona', /always begins a comment/],
    ['a/*** @mona', /"\*\*\*"/],
    ['/ @mona', /never matches/],
    ['a\\', /must stand before/],
    ['a\\/b @mona', /must stand before/],
    ['* mona', /"mona" is no owner/],
    ['* @mona @hubot, @octocat', /"@hubot," is no owner/],
    ['* @', /is no owner/],
    ['* @acme/', /is no owner/],
    ['* @acme/data/sub', /is no owner/],
    ['* @mona@hubot', /is no owner/],
    ['* @dependabot[bot]', /is no owner/],
    ['* docs@example', /is no owner/],
    ['* @mona\u00A0@hubot', /is no owner/],
  ])('skips and reports %j', (text, message) => {
    const { rules, errors } = parseCodeowners(`/before @mona\n${text}\n/after @mona`);
    expect(rules.map(({ line }) => line)).toEqual([1, 3]);
    expect(errors).toEqual([{ line: 2, message: expect.stringMatching(message) }]);
  });

  test.each([
    [2_999_999, 1, 0],
    [3_000_000, 0, 1],
  ])('of %i bytes has %i rules', (size, rules, errors) => {
    const head = '* @mona\n#';
    const parsed = parseCodeowners(head + 'x'.repeat(size - head.length));
    expect(parsed.rules).toHaveLength(rules);
    expect(parsed.errors).toHaveLength(errors);
  });

  test('never makes the parser throw', () => {
    const text = fc.string({ unit: fc.constantFrom('*', '/', '\\', '#', '@', ' ', '\n', 'a', '[', '!') });
    fc.assert(
      fc.property(text, fc.stringMatching(/^[a/*]{1,8}$/), (content, path) => {
        const { rules, errors } = parseCodeowners(content);
        expect(rules.length + errors.length).toBeLessThanOrEqual(content.split('\n').length);
        ownersOf({ rules, errors }, path);
      }),
    );
  });
});
