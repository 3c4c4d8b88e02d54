import { afterAll, beforeAll, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 5 });
});
afterAll(() => acme.close());

/** Opens a pull request, has it approved, and merges it by an administrator's bypass. */
async function mergesOverTheCheck(
  files: Record<string, string>,
  options?: { mode: Record<string, '120000'> },
): Promise<Awaited<ReturnType<Acme['check']>>> {
  const pull = await acme.proposes('mona', { 'notes.txt': 'one\n' });
  await acme.pushes('mona', pull.head.ref, files, { forceFrom: 'main', ...options });
  const check = await acme.check(pull);
  await acme.approves('ada', pull);
  expect((await acme.merges('mona', pull)).status).toBe(405);
  expect((await acme.merges('grace', pull)).status).toBe(200);
  return check;
}

test('asks in a symbolic link that points to an entry', async () => {
  const resource = acme.freshResource();
  const file = fileOf({ resource });
  const check = await mergesOverTheCheck(
    { [file]: 'target.txt', 'access-requests/target.txt': entries({ resource }) },
    { mode: { [file]: '120000' } },
  );
  expect(check).toMatchObject({ conclusion: 'failure' });
  expect(check.annotations).toContainEqual({ file, line: 1, code: 'not-a-regular-file' });
  expect(await acme.grants('mona', resource)).toEqual([]);
  // An ordinary file in its place is an entry that nobody approved.
  await acme.pushes('grace', 'main', { [file]: entries({ resource }) });
  expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.onMain(file)).toBe('requests: []\n');
});

test('asks in a .yml file beside the .yaml files', async () => {
  const resource = acme.freshResource();
  const file = `access-requests/${resource}.yml`;
  const check = await mergesOverTheCheck({ [file]: entries({ resource }) });
  expect(check).toMatchObject({ conclusion: 'failure', annotations: [{ file, code: 'wrong-extension' }] });
  expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.holds('mona', resource)).toBe(false);
});

test('brings the records, or any other history, into the default branch', async () => {
  const mona = acme.world.person('mona');
  expect(await acme.verified()).toMatchObject({ discrepancies: [] });
  await expect(mona.opensPullRequest({ title: 'Records', branch: 'countersign/records' })).rejects.toThrow(
    'no history in common',
  );
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.approves('ada', pull);
  const { data: orphan } = await mona.request('POST', '/repos/acme/access/git/commits', {
    message: 'Begin anew',
    tree: (await acme.world.git('rev-parse', `${pull.head.sha}^{tree}`)).trim(),
    parents: [],
  });
  await mona.request('PATCH', `/repos/acme/access/git/refs/heads/${pull.head.ref}`, {
    sha: orphan['sha'],
    force: true,
  });
  await acme.settled();
  for (const name of ['access/policy', 'access/approval'] as const)
    expect(await acme.check(pull, name)).toMatchObject({
      conclusion: 'failure',
      title: 'This pull request cannot be judged',
      summary: expect.stringContaining('no commit in common with the branch main'),
    });
  const tip = (await acme.world.git('rev-parse', 'main')).trim();
  const grace = acme.world.person('grace');
  const { data: merge } = await grace.request('POST', '/repos/acme/access/git/commits', {
    message: 'Merge by hand',
    tree: (await acme.world.git('rev-parse', `${pull.head.sha}^{tree}`)).trim(),
    parents: [tip, orphan['sha']],
  });
  await grace.request('PATCH', '/repos/acme/access/git/refs/heads/main', { sha: merge['sha'] });
  await acme.settled();
  expect(await acme.grants('mona', resource)).toEqual([]);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
});
