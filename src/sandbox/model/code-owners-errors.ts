import { codeOwnersFile, INVALID_PATTERN, OWNER, ownerOf } from './code-owners.ts';
import type { GitHub } from './github.ts';
import type { Repository } from './repository.ts';

/** What is wrong with a line of CODEOWNERS; lines and columns count from 1. */
export interface CodeOwnersError {
  line: number;
  column: number;
  source: string;
  kind: 'Invalid pattern' | 'Invalid owner' | 'Unknown owner';
  suggestion: string | null;
  path: string;
}

/** The errors of the CODEOWNERS file at a revision, a line's first alone; undefined where there is no such file. */
export async function codeOwnersErrors(
  github: GitHub,
  repository: Repository,
  revision: string,
): Promise<CodeOwnersError[] | undefined> {
  const file = await codeOwnersFile(repository, revision);
  return file?.text.split('\n').flatMap((source, index) => {
    const found = errorIn(github, repository, source);
    return found ? [{ ...found, line: index + 1, source, suggestion: null, path: file.path }] : [];
  });
}

function errorIn(
  github: GitHub,
  repository: Repository,
  source: string,
): Pick<CodeOwnersError, 'column' | 'kind'> | undefined {
  const words = [...source.matchAll(/(?:\\\s|\S)+/g)].map(({ 0: text, index }) => ({
    text,
    column: index + 1,
  }));
  const [pattern, ...rest] = words;
  if (!pattern || pattern.text.startsWith('#')) return undefined;
  if (INVALID_PATTERN.test(pattern.text)) return { column: pattern.column, kind: 'Invalid pattern' };
  const comment = rest.findIndex(({ text }) => text.startsWith('#'));
  const owners = comment < 0 ? rest : rest.slice(0, comment);
  const invalid = owners.find(({ text }) => !OWNER.test(text));
  if (invalid) return { column: invalid.column, kind: 'Invalid owner' };
  const unknown = owners.find(({ text }) => !ownerOf(github, repository, text));
  return unknown && { column: unknown.column, kind: 'Unknown owner' };
}
