import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeSchema } from '../sandbox/graphql/schema-extraction.ts';
import { extractOf, FOLDER } from './extraction.ts';

// `npm run schemas`: makes the extracts of GitHub's own descriptions anew, for what the sandbox answers and sends now.

const PACKAGES = { rest: '@octokit/openapi@23.0.2', webhooks: '@octokit/openapi-webhooks@12.1.0' };
const run = promisify(execFile);
const folder = await mkdtemp(join(tmpdir(), 'countersign-descriptions-'));
try {
  const [rest, webhooks] = await Promise.all([description(PACKAGES.rest), description(PACKAGES.webhooks)]);
  const extract = extractOf(rest, webhooks);
  await writeSchema();
  await writeFile(join(FOLDER, 'extract.json'), lines({ origin: PACKAGES, ...extract }));
  const counts = Object.entries(extract).map(([name, part]) => `${Object.keys(part).length} ${name}`);
  console.log(`${FOLDER}/extract.json: ${counts.join(', ')}`);
} finally {
  await rm(folder, { recursive: true });
}

/** GitHub's description for github.com out of a package, which is fetched and not installed. */
async function description(packed: string) {
  const { stdout } = await run('npm', ['pack', packed, '--silent', '--pack-destination', folder]);
  const unpacked = await mkdtemp(join(folder, 'package-'));
  const files = ['package/LICENSE', 'package/generated/api.github.com.json'];
  await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', unpacked, ...files]);
  await copyFile(join(unpacked, 'package/LICENSE'), join(FOLDER, 'LICENSE'));
  return JSON.parse(await readFile(join(unpacked, 'package/generated/api.github.com.json'), 'utf8'));
}

/** JSON with one definition a line, so that a new version shows what it changed. */
function lines(extract: object): string {
  const parts = Object.entries(extract).map(([name, part]: [string, object]) => {
    const entries = Object.entries(part).map(
      ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
    );
    return `${JSON.stringify(name)}:{\n${entries.join(',\n')}\n}`;
  });
  return `{${parts.join(',\n')}}\n`;
}
