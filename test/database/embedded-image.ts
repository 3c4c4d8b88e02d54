import { openAsBlob, readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';

const modules = new URL('../../node_modules/', import.meta.url);
const { version } = JSON.parse(
  readFileSync(new URL('@electric-sql/pglite/package.json', modules), 'utf8'),
) as { version: string };
const folder = new URL('.cache/countersign/', modules);
const file = new URL(`pglite-${version}.tar`, folder);

/**
 * A dump of an empty embedded database: starting from it takes half a second where creating one takes three. It is kept between runs;
 * whoever comes first makes it.
 */
export async function embeddedImage(): Promise<Blob> {
  try {
    return await openAsBlob(file);
  } catch {
    const pglite = await PGlite.create();
    const image = await pglite.dumpDataDir('none');
    await pglite.close();
    await mkdir(folder, { recursive: true });
    const draft = new URL(`${file.href}.${process.pid}`);
    await writeFile(draft, image.stream());
    // Whole or not at all, when several test files come first at the same time.
    await rename(draft, file);
    return image;
  }
}
