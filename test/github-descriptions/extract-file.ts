import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER, type Extract } from './extraction.ts';

let kept: Extract | undefined;

/** The committed extract, read once. */
export function committedExtract(): Extract {
  return (kept ??= JSON.parse(readFileSync(join(FOLDER, 'extract.json'), 'utf8')) as Extract);
}
