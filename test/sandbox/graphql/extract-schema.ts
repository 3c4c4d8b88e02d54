import { writeFile } from 'node:fs/promises';
import { extractSchema } from './schema-extraction.ts';

/** This file is a program: it writes the extract of GitHub's schema that the sandbox executes. */
const target = new URL('../../../src/sandbox/graphql/github.graphql', import.meta.url);
await writeFile(target, await extractSchema());
