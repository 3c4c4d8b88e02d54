import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';

let written = 0;

/**
 * Writes a loose object and returns its SHA. Faster than a process of git for each, and at once: on their way through
 * Node's threads the four small steps took two to three times as long.
 */
export function writeObject(folder: string, type: 'blob' | 'tree' | 'commit', content: Buffer): string {
  const object = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash('sha1').update(object).digest('hex');
  const directory = join(folder, 'objects', sha.slice(0, 2));
  const path = join(directory, sha.slice(2));
  mkdirSync(directory, { recursive: true });
  // Renamed into place: a reader never sees half an object.
  const draft = join(directory, `tmp_obj_${(written += 1)}`);
  writeFileSync(draft, deflateSync(object));
  renameSync(draft, path);
  return sha;
}
