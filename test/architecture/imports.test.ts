import { describe, expect, test } from 'vitest';
import { filesBelow, scan, sourceBelow, type SourceFile } from './source.ts';

const source = sourceBelow('src');
const everything = [...source, ...sourceBelow('test')];

/** The first folder below src, or the file where it stands beside the folders: `requests`, `main.ts`. */
function partOf(path: string): string {
  return path.split('/')[1] ?? '';
}

const core = ['requests', 'policies', 'approvals', 'grants', 'audit', 'messages'];

/** Which part may know which others; a `type` is known by its shape alone, and the import is erased when the program runs. */
const mayKnow: Readonly<Record<string, readonly string[]>> = {
  requests: [],
  policies: ['requests'],
  approvals: ['requests', 'policies'],
  grants: ['requests'],
  audit: ['requests', 'grants'],
  messages: ['requests', 'policies', 'approvals', 'grants', 'audit'],

  github: core,
  connectors: core,
  database: [...core, 'trace.ts'],
  jobs: [...core, 'github', 'connectors', 'database', 'trace.ts', 'type config.ts'],
  web: core,
  sandbox: [],
  cli: [...core, 'github', 'connectors', 'database', 'jobs', 'sandbox', 'config.ts', 'main.ts'],

  'trace.ts': [],
  'app.ts': ['jobs', 'type database', 'type config.ts'],
  'config.ts': ['operator-file.ts', 'type connectors'],
  'operator-file.ts': ['requests', 'connectors'],
  'main.ts': ['app.ts', 'config.ts', 'github', 'connectors', 'database', 'jobs', 'web', 'trace.ts'],
};

/** What the core is made with: all of it computes, and does nothing else. */
const coreLibraries = new Set([
  'canonicalize',
  'node:crypto',
  're2js',
  '@marcbachmann/cel-js',
  'temporal-polyfill',
  'yaml',
  'zod',
]);

/** What would make a decision depend on more than what it is given. */
const impure: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['waits', /\b(?:async|await|Promise)\b/],
  ['waits', /\b(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/],
  ['reads a clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bTemporal\.Now\b|\bperformance\./],
  ['throws dice', /\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b|\bgetRandomValues\b/],
  ['knows its process', /\bprocess\.|\bglobalThis\b|\bconsole\./],
  ['asks the network', /\bfetch\(/],
];

describe('imports run downwards', () => {
  test('every part has its rule', () => {
    expect([...new Set(source.map(({ path }) => partOf(path)))].toSorted()).toEqual(
      Object.keys(mayKnow).toSorted(),
    );
  });

  test.each(Object.keys(mayKnow))('%s knows only what it may', (part) => {
    expect(strangersTo(part, source)).toEqual([]);
  });

  test('none goes in a circle', () => {
    // The sandbox's model is a graph of things that know one another, by their types alone.
    const [sandbox, rest] = [partition('sandbox', true), partition('sandbox', false)];
    expect(circles(rest)).toEqual([]);
    expect(circles(sandbox.map(asItRuns))).toEqual([]);
  });
});

describe.each(core)('%s', (part) => {
  const files = source.filter(({ path }) => partOf(path) === part);

  test('is made with libraries that only compute', () => {
    expect(
      files.flatMap(({ path, imports }) =>
        imports
          .filter(({ target }) => !target.startsWith('src/') && !coreLibraries.has(target))
          .map(({ target }) => `${path} imports ${target}`),
      ),
    ).toEqual([]);
  });

  test('does no I/O, reads no clock and waits for nothing', () => {
    expect(files.flatMap(impurities)).toEqual([]);
  });
});

describe('the house', () => {
  test('has one reader of the environment', () => {
    const readers = source.filter(({ code }) => /\bprocess\.env\b/.test(code)).map(({ path }) => path);
    // The sandbox knows nothing of the rest: it hands the PATH on to git, and reads no setting.
    expect(readers).toEqual(['src/config.ts', 'src/sandbox/git/process.ts']);
  });

  test('passes nothing on: no barrels', () => {
    expect(filesBelow('src').filter((path) => /(?:^|\/)index\.ts$/.test(path))).toEqual([]);
    expect(source.filter(({ code }) => isBarrel(code)).map(({ path }) => path)).toEqual([]);
  });

  test('has no drawer for odds and ends, and kebab-case names', () => {
    const names = [...filesBelow('src'), ...filesBelow('test')].filter((path) => !path.includes('/golden/'));
    expect(
      names.filter((path) => /(?:^|\/)(?:utils?|helpers?|common|types|misc|shared)(?:\/|\.)/.test(path)),
    ).toEqual([]);
    expect(
      names.filter((path) => path.endsWith('.ts') && !/^[a-z0-9-]+(?:\/[a-z0-9.-]+)+\.ts$/.test(path)),
    ).toEqual([]);
  });

  test('has no file over 300 lines without a reason at its top', () => {
    const long = everything.filter(({ lines, text }) => lines > 300 && !text.startsWith('// Long: '));
    expect(long.map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
  });
});

describe('the rules find what they are there for', () => {
  const file = (path: string, text: string) => scan(path, text);

  test.each([
    [`import { readFile } from 'node:fs/promises';`, 'node:fs/promises', false],
    [`import { readFileSync } from 'fs';`, 'node:fs', false],
    [`import type {\n  A,\n  B,\n} from '../policies/decision.ts';`, 'src/policies/decision.ts', true],
    [`import './event.ts';`, 'src/audit/event.ts', false],
    [`import * as all from './event.ts';`, 'src/audit/event.ts', false],
    [`export { a } from './event.ts';`, 'src/audit/event.ts', false],
    [`const { Pool } = await import('pg');`, 'pg', false],
  ])('%j', (text, target, typeOnly) => {
    expect(file('src/audit/x.ts', text).imports).toEqual([{ target, typeOnly }]);
  });

  test('an import in a comment is none', () => {
    const text = `/* import a from 'pg' */\n// import b from 'pg';\nconst url = 'https://example.com';`;
    expect(file('src/audit/x.ts', text).imports).toEqual([]);
  });

  test('a value where only a type may be known, and a part that may not be known at all', () => {
    const text = `import { readConfig } from '../config.ts';\nimport type { S } from '../sandbox/start.ts';`;
    expect(strangersTo('jobs', [file('src/jobs/x.ts', text)])).toEqual([
      'src/jobs/x.ts imports src/config.ts',
      'src/jobs/x.ts imports src/sandbox/start.ts',
    ]);
  });

  test('a circle', () => {
    const a = file('src/audit/a.ts', `import { b } from './b.ts';`);
    const b = file('src/audit/b.ts', `import type { A } from './a.ts';`);
    expect(circles([a, b])).toEqual(['src/audit/a.ts > src/audit/b.ts > src/audit/a.ts']);
  });

  test.each(['async () => 1', 'Date.now()', 'new Date()', 'process.exit(1)', 'await x', 'randomUUID()'])(
    '%s',
    (text) => {
      expect(impurities(file('src/audit/x.ts', text))).toHaveLength(1);
      expect(impurities(file('src/audit/x.ts', `// ${text}\nconst words = '${text}';`))).toEqual([]);
    },
  );

  test('a barrel', () => {
    expect(isBarrel(file('src/audit/x.ts', `export { a } from './a.ts';\n`).code)).toBe(true);
    expect(
      isBarrel(file('src/audit/x.ts', `export type { A } from './a.ts';\nexport const b = 1;`).code),
    ).toBe(false);
  });
});

/** What the files of a part import although the part may not know it. */
function strangersTo(part: string, files: readonly SourceFile[]): string[] {
  const known = new Set([part, ...(mayKnow[part] ?? [])]);
  return files
    .filter(({ path }) => partOf(path) === part)
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ target, typeOnly }) => {
          if (!target.startsWith('src/')) return target.startsWith('test/');
          const other = partOf(target);
          return !known.has(other) && !(typeOnly && known.has(`type ${other}`));
        })
        .map(({ target }) => `${path} imports ${target}`),
    );
}

function impurities({ path, code }: SourceFile): string[] {
  return impure.filter(([, pattern]) => pattern.test(code)).map(([what]) => `${path} ${what}`);
}

/** A file that does nothing but pass on what others hold, or passes on everything of one. */
function isBarrel(code: string): boolean {
  const passedOn = /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;\n]*\sfrom\s+'';?/gm;
  const rest = code.replace(passedOn, '').replace(/^import\s[^;]*;/gm, '');
  return /^export\s+\*/m.test(code) || (rest !== code && rest.trim() === '');
}

function partition(part: string, inside: boolean): SourceFile[] {
  return source.filter(({ path }) => (partOf(path) === part) === inside);
}

/** Less the imports that are erased. */
function asItRuns(file: SourceFile): SourceFile {
  return { ...file, imports: file.imports.filter(({ typeOnly }) => !typeOnly) };
}

/** Each circle of imports once, as the way round it. */
function circles(files: readonly SourceFile[]): string[] {
  const targets = new Map(files.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) return void found.push([...way.slice(start), path].join(' > '));
    if (done.has(path)) return;
    for (const target of targets.get(path) ?? []) walk(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) walk(path, []);
  return found;
}
