import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const compress = promisify(deflate);
let written = 0;

/** Writes a loose object and returns its SHA. Faster than a process of git for each. */
export async function writeObject(
  folder: string,
  type: 'blob' | 'tree' | 'commit',
  content: Buffer,
): Promise<string> {
  const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash('sha1').update(object).digest('hex');
  const directory = join(folder, 'objects', sha.slice(0, 2));
  const path = join(directory, sha.slice(2));
  await mkdir(directory, { recursive: true });
  // Renamed into place: a reader never sees half an object.
  const draft = join(directory, `tmp_obj_${(written += 1)}`);
  await writeFile(draft, await compress(object));
  await rename(draft, path);
  return sha;
}
