import { RE2JS, RE2JSException } from 're2js';

/** Why a pattern is none in RE2 syntax (https://github.com/google/re2/wiki/Syntax), or `undefined` where it is one. */
export function patternFault(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** Whether the whole text matches a pattern in RE2 syntax, in linear time. */
export function matchesWhole(pattern: string, text: string): boolean {
  return RE2JS.compile(pattern).matches(text);
}

/** Whether the whole text matches a glob in which `*` stands for any characters and nothing else is special. */
export function matchesGlob(glob: string, text: string): boolean {
  const pattern = glob
    .split('*')
    .map((part) => RE2JS.quote(part))
    .join('.*');
  return RE2JS.compile(pattern, RE2JS.DOTALL).matches(text);
}
