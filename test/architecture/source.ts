import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** A TypeScript file of the project, and what can be told of it by its text. */
export interface SourceFile {
  /** Relative to the project, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly text: string;
  /** Without comments and without what stands in quotes. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** A file of the project by its path; anything else as it is written. */
  readonly target: string;
  /** Erased when the program runs. */
  readonly typeOnly: boolean;
}

/** Every file below a folder of the project. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .toSorted();
}

/** Every TypeScript file below a folder of the project, scanned. */
export function sourceBelow(folder: string): SourceFile[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => scan(path, readFileSync(join(root, path), 'utf8')));
}

/** Takes a file apart by its text alone. */
export function scan(path: string, text: string): SourceFile {
  const bare = withoutComments(text);
  return {
    path,
    lines: text.trimEnd().split('\n').length,
    text,
    code: bare.replace(/'(?:[^'\\\n]|\\.)*'/g, "''"),
    imports: importsIn(path, bare),
  };
}

/** A comment begins a line or follows a space; a `//` inside a URL does neither. */
function withoutComments(text: string): string {
  return text.replace(/(^|\s)\/\*[\s\S]*?\*\//g, '$1').replace(/(^|[\s;])\/\/.*$/gm, '$1');
}

function importsIn(path: string, text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[\w*{][^;'"]*?\sfrom\s+)?'([^']+)'/gm);
  const calls = text.matchAll(/\bimport\('([^']+)'\)/g);
  return [
    ...[...statements].map(([, type, target = '']) => ({
      target: resolved(path, target),
      typeOnly: type !== undefined,
    })),
    ...[...calls].map(([, target = '']) => ({ target: resolved(path, target), typeOnly: false })),
  ];
}

function resolved(from: string, target: string): string {
  if (target.startsWith('.')) return posix.join(posix.dirname(from), target);
  return builtinModules.includes(target) ? `node:${target}` : target;
}
