import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Explanation } from '../../src/approvals/explanation.ts';
import { explainCommand } from '../../src/cli/explain.ts';
import { openDatabase } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { storePull } from '../../src/database/pulls.ts';
import { embeddedImage } from '../database/embedded-image.ts';
import { nine } from '../database/sample-grant.ts';
import { run } from './run.ts';

const rule = { file: '.github/CODEOWNERS', line: 3, commit: 'b6f399a'.padEnd(40, '0') };
const tree: Explanation = {
  result: 'open',
  text: 'what this pull request asks for',
  children: [
    { result: 'yes', text: 'the policy', children: [] },
    {
      result: 'open',
      text: 'the approvals',
      children: [{ result: 'no', text: 'mona opened this pull request', source: rule, children: [] }],
    },
  ],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'));
  const database = await openDatabase({ dataDir: folder, image: await embeddedImage() });
  await migrate(database);
  // 7 is a pull request of one repository, 8 of two, and of 9 nothing was decided.
  for (const [repositoryId, pull, explanation] of [
    [1, 7, tree],
    [1, 8, tree],
    [2, 8, { ...tree, result: 'yes' }],
    [1, 9, null],
  ] as const)
    await storePull(database.db, {
      repositoryId,
      pull,
      headSha: 'a'.repeat(40),
      evaluatedAt: nine,
      lookAgainAt: null,
      remindedAt: null,
      asked: [],
      explanation,
    });
  await database.close();
});
afterAll(() => rm(folder, { recursive: true }));

const explain = (...args: string[]) => run(explainCommand(), ...args, '--data', folder);

test('prints every reason, indented, with the place of its rule', async () => {
  expect(await explain('#7')).toEqual({
    code: 0,
    out: [
      '… what this pull request asks for\n',
      '  ✓ the policy\n',
      '  … the approvals\n',
      '    ✗ mona opened this pull request (.github/CODEOWNERS:3 @ b6f399a)\n',
    ].join(''),
    err: '',
  });
});

test('prints the tree as JSON, of the repository that is named', async () => {
  const { code, out } = await explain('8', '--json', '--repository', '2');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ ...tree, result: 'yes' });
});

test.each([
  ['that several repositories have', ['8'], 2, 'name one with --repository 1 or 2.'],
  ['that nothing was decided about', ['9'], 1, 'Nothing was decided about pull request 9 yet.'],
  ['that the repository has not', ['7', '--repository', '2'], 1, 'Nothing was decided about pull request 7'],
  ['that is no number', ['main'], 2, 'main is not the number of a pull request.'],
  ['of a repository that is no number', ['7', '--repository', 'acme/access'], 2, 'is not a repository'],
])('a pull request %s is an error', async (_, args, code, message) => {
  expect(await explain(...args)).toEqual({ code, out: '', err: expect.stringContaining(message) });
});
