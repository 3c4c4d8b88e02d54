import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const home = resolve(import.meta.dirname, '../../src/sandbox');

test('the sandbox knows nothing of the rest of the project', async () => {
  const files = (await readdir(home, { recursive: true })).filter((file) => file.endsWith('.ts'));
  expect(files.length).toBeGreaterThan(50);
  for (const file of files) {
    const text = await readFile(join(home, file), 'utf8');
    for (const [, target = ''] of text.matchAll(/from '(\.[^']+)'/g))
      expect(`${file}: ${relative(home, resolve(home, dirname(file), target))}`).not.toContain('../');
  }
});
