import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { maxFileBytes } from '../../src/requests/yaml-file.ts';
import type { PullJson } from '../../src/sandbox/start.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 7 });
});
afterAll(() => acme.close());

describe('a pull request with bad input fails its check', () => {
  const resource = 'db-1';
  const file = fileOf({ resource });
  const good = entries({ resource });
  let pull: PullJson;
  beforeAll(async () => {
    pull = await acme.proposes('mona', { [file]: good });
  });

  test.each([
    ['unreadable YAML', { [file]: 'requests: [' }, 'yaml-syntax'],
    ['an empty file', { [file]: '' }, 'missing-key'],
    ['an unknown key', { [file]: good.replace('user', 'usr') }, 'unknown-key'],
    ['an unknown resource', { [file]: entries({ resource: 'db-x' }) }, 'unknown-resource'],
    ['an unknown role', { [file]: entries({ resource, role: 'writer' }) }, 'unknown-role'],
    ['an unknown user', { [file]: entries({ resource, user: 'nobody-here' }) }, 'unknown-principal'],
    ['an entry twice', { [file]: entries({ resource }, { resource }) }, 'duplicate-request'],
    ['a file above the limit', { [file]: `${good}#${'x'.repeat(maxFileBytes)}\n` }, 'too-large'],
    ['a binary file', { [file]: '\u0000\u0001\uFFFD' }, 'yaml-syntax'],
    ['a policy changed along', { 'access-policies/settings.yaml': 'merge: manual\n' }, 'mixed-change'],
  ])('%s', async (_, files, code) => {
    await acme.pushes('mona', pull.head.ref, { [file]: good, ...files }, { forceFrom: 'main' });
    const check = await acme.check(pull);
    expect(check).toMatchObject({ conclusion: 'failure' });
    expect(check.annotations.map((annotation) => annotation.code)).toContain(code);
  });
});

test('an entry that stands in another file already is a duplicate, also where that file is left alone', async () => {
  const resource = acme.freshResource();
  await acme.obtains({ resource }, { file: 'access-requests/z.yaml' });
  const pull = await acme.proposes('mona', { 'access-requests/b.yaml': entries({ resource }) });
  expect(await acme.check(pull)).toMatchObject({ annotations: [{ code: 'duplicate-request' }] });
  await acme.merges('grace', pull);
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active' }]);
  await acme.pushes('grace', 'main', { 'access-requests/b.yaml': null });
  expect(await acme.grants('mona', resource)).toMatchObject([{ state: 'active' }]);
});

test('while a file on the default branch cannot be read new grants wait, and what is taken out elsewhere goes', async () => {
  const [returned, waiting, hidden] = [acme.freshResource(), acme.freshResource(), acme.freshResource()];
  const broken = fileOf({ resource: hidden });
  for (const resource of [returned, hidden]) await acme.obtains({ resource });
  await acme.pushes('grace', 'main', { [broken]: 'requests: [' });
  await acme.pushes('grace', 'main', { [fileOf({ resource: returned })]: null });
  const pull = await acme.asks({ resource: waiting });
  await acme.approves('ada', pull);
  await acme.merges('mona', pull);
  const holds = () => Promise.all([returned, waiting, hidden].map((name) => acme.holds('mona', name)));
  expect(await holds()).toEqual([false, false, true]);
  await acme.pushes('grace', 'main', { [broken]: entries({ resource: hidden }) });
  expect(await holds()).toEqual([false, true, true]);
  const kinds = (await acme.events()).map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'return-decided')).toHaveLength(1);
});

test('a pull request too long for GitHub to list is refused by itself and keeps nothing else waiting', async () => {
  const [long, other] = [acme.freshResource(), acme.freshResource()];
  const pull = await acme.asks({ resource: long });
  const signed = '-c user.name=mona -c user.email=mona@acme.example';
  const loop = `!head=${pull.head.sha}; for i in $(seq 250); do head=$(git ${signed} commit-tree -p $head -m $i $head^{tree}); done; echo $head`;
  const head = (await acme.world.git('-c', `alias.lengthen=${loop}`, 'lengthen')).trim();
  await acme.world
    .person('mona')
    .request('PATCH', `/repos/acme/access/git/refs/heads/${pull.head.ref}`, { sha: head });
  await acme.settled();
  expect(await acme.check(pull)).toMatchObject({
    conclusion: 'failure',
    title: 'This pull request cannot be judged',
  });
  await acme.merges('grace', pull, 'squash');
  expect(await acme.grants('mona', long)).toEqual([]);
  expect((await acme.told(pull))[0]?.subject).toContain(`#${pull.number} could not be judged`);
  await acme.obtains({ resource: other });
  expect(await acme.holds('mona', other)).toBe(true);
});
