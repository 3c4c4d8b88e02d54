import { afterAll, beforeAll, expect, test } from 'vitest';
import { repo, seed, stage, type Stage } from '../world.ts';

const PLACE = '.github/CODEOWNERS';
let it: Stage;
beforeAll(async () => {
  it = await stage({
    teams: { ...seed.teams, hidden: { permission: 'push', privacy: 'secret' }, readers: {} },
  });
});
afterAll(() => it.close());

let count = 0;
async function errorsOf(text: string) {
  count += 1;
  const ref = `try${count}`;
  await it.world.person('mona').writesFiles(ref, { [PLACE]: text });
  return (await it.app.repos.codeownersErrors({ ...repo, ref })).data.errors;
}

test.each([
  ['!docs/* @mona', 1, 'Invalid pattern'],
  ['docs/[a-z] @mona', 1, 'Invalid pattern'],
  [String.raw`\#notes @mona`, 1, 'Invalid pattern'],
  ['***/*.rb @mona', 1, 'Invalid pattern'],
  ['*.txt docs@', 7, 'Invalid owner'],
  ['  * @mona user', 11, 'Invalid owner'],
  ['* @nobody', 3, 'Unknown owner'],
  ['* @mona @bob', 9, 'Unknown owner'],
  ['* @acme/hidden', 3, 'Unknown owner'],
  ['* @acme/readers', 3, 'Unknown owner'],
  ['* @other/engineering', 3, 'Unknown owner'],
])('%s: column %i, %s', async (source, column, kind) => {
  expect(await errorsOf(`# owners\n${source}\n`)).toMatchObject([
    { line: 2, column, kind, source, path: PLACE },
  ]);
});

test.each(['* @mona', '* @ACME/engineering # everything', '/docs/', String.raw`/a\ b @mona`, '# !docs'])(
  '%s has none',
  async (source) => {
    expect(await errorsOf(`${source}\n`)).toEqual([]);
  },
);

test('a message shows the place', async () => {
  const [error] = await errorsOf('* @mona user\n');
  expect(error?.message).toBe('Invalid owner on line 1:\n\n  * @mona user\n          ^');
});

test('without the file there is nothing to check', async () => {
  await it.world.person('mona').writesFiles('none', { [PLACE]: null });
  await expect(it.app.repos.codeownersErrors({ ...repo, ref: 'none' })).rejects.toMatchObject({
    status: 404,
  });
});
