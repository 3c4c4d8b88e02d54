import { describes, type Step } from './glob.ts';

/**
 * Why GitHub would not take this as a pattern, or `undefined`
 * (https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners).
 */
export function patternError(pattern: string): string | undefined {
  const bare = pattern.replaceAll(/\\./gsu, '');
  if (pattern === '/') return 'the pattern "/" never matches anything: write "*" for every file';
  if (pattern.startsWith('!')) return '"!" cannot take files out again: write a later line without owners';
  if (pattern.includes('***')) return '"***" is no pattern: write "**" for any number of folders';
  if (/[[\]]/u.test(bare)) return '"[ ]" ranges do not work here: write one line for each name';
  if (bare.includes('\\') || pattern.includes('\\/')) return '"\\" must stand before a character of a name';
  return undefined;
}

/** Whether a valid pattern covers the file at this path (relative to the root, with `/`). */
export function covers(pattern: string, path: string): boolean {
  return describes(pathSteps(pattern), path.split('/'));
}

function pathSteps(pattern: string): Step<string>[] {
  const segments = pattern.split('/');
  const last = segments.pop() as string;
  const anchored = segments.length > 0 && !(segments.length === 1 && last === '');
  if (segments[0] === '') segments.shift();
  const leading: Step<string>[] = anchored ? [] : ['many'];
  return [...leading, ...segments.map(segmentStep), ...lastSteps(last)];
}

/** `a/` and `a/**` cover what is below `a`, `a/*` one level of it, and any other name also what is below a folder of that name. */
function lastSteps(segment: string): Step<string>[] {
  if (segment === '' || segment === '**') return [anyName, 'many'];
  return segment === '*' ? [anyName] : [segmentStep(segment), 'many'];
}

const anyName = () => true;

function segmentStep(segment: string): Step<string> {
  if (segment === '**') return 'many';
  if (!/[*?\\]/u.test(segment)) return (name) => name === segment;
  const steps = [...segment.matchAll(/\\?./gsu)].map(([glyph]) => characterStep(glyph));
  return (name) => describes(steps, Array.from(name));
}

function characterStep(glyph: string): Step<string> {
  if (glyph === '*') return 'many';
  if (glyph === '?') return () => true;
  const literal = glyph.replace(/^\\(?=.)/su, '');
  return (character) => character === literal;
}
