import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SourceFile } from '../policies/policy-set.ts';
import { isControlFile, isRequestsFile, misnamedFile } from '../requests/requests-paths.ts';
import { violation, type Violation } from '../requests/violation.ts';
import { UserError } from './exit.ts';

/** What of a requests repository lies in a folder, read as it is there now. */
export interface RepositoryFolder {
  readonly requests: readonly SourceFile[];
  readonly policies: readonly SourceFile[];
  /** Files that are none, or that count for nothing under their name. */
  readonly violations: readonly Violation[];
}

const folders: ReadonlySet<string> = new Set(['access-requests', 'access-policies']);

/** Reads the requests and policy files below a folder; links are not followed. Fails where something cannot be read. */
export async function readRepositoryFolder(folder: string): Promise<RepositoryFolder> {
  const found = await filesBelow(folder, '');
  const requests: SourceFile[] = [];
  const policies: SourceFile[] = [];
  const violations: Violation[] = [];
  for (const { path, regular } of found) {
    const read = isRequestsFile(path) ? requests : isPolicy(path) ? policies : undefined;
    if (!regular) violations.push(notRegular(path));
    else if (!read) violations.push(...misnamedFile(path));
    else {
      const file = join(folder, path);
      read.push({ path, text: await couldNotRead(file, readFile(file, 'utf8')) });
    }
  }
  return { requests, policies, violations };
}

function isPolicy(path: string): boolean {
  return isControlFile(path) && path.endsWith('.yaml');
}

async function filesBelow(root: string, below: string): Promise<{ path: string; regular: boolean }[]> {
  const entries = await couldNotRead(join(root, below), readdir(join(root, below), { withFileTypes: true }));
  const files = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (!concerns(path, entry)) continue;
    if (entry.isDirectory() && !isRequestsFile(path)) files.push(...(await filesBelow(root, path)));
    else files.push({ path, regular: entry.isFile() });
  }
  return files;
}

/** Whether a file or folder is one of a requests repository's, by whatever capitals. */
function concerns(path: string, entry: Dirent): boolean {
  const [top = ''] = path.split('/');
  if (folders.has(top.toLowerCase())) return true;
  return !entry.isDirectory() ? isRequestsFile(path) || misnamedFile(path).length > 0 : isRequestsFile(path);
}

async function couldNotRead<T>(path: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is nothing of that name',
      ENOTDIR: 'it is not a folder',
      EACCES: 'you may not read it',
    };
    throw new UserError(`${path} cannot be read: ${reasons[code ?? ''] ?? message}`, 2);
  }
}

function notRegular(path: string): Violation {
  const message = 'This is not an ordinary file, so it is never read.';
  const remedy = 'Put the file itself here, not a link or a folder.';
  return violation({ file: path, line: 1, column: 1 }, 'not-a-regular-file', message, remedy);
}
