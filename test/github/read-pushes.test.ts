import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readPushes, readPushesOf } from '../../src/github/read-pushes.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const account = (login: string) => ({ id: stage.world.person(login).id, login, bot: false });
let branches = 0;

/** mona's push to a branch of its own. */
async function opened() {
  const branch = `ask-${(branches += 1)}`;
  const { sha } = await stage.world
    .person('mona')
    .writesFiles(branch, { [`${branches}.yaml`]: 'requests: []\n' });
  return { branch, headSha: sha };
}

describe('readPushes', () => {
  /** Who pushed, the latest first. */
  async function readPushers(...where: Parameters<typeof readPushes>) {
    const pushes = await readPushes(...where);
    return [...new Map(pushes.map(({ account: who }) => [who?.id, who])).values()];
  }

  test('tells of a fork only what the App may read there', async () => {
    const nick = await stage.world.person('nick').forks();
    const { sha } = await nick.writesFiles('ask', { 'ask.yaml': '1' });
    const fork = { headRef: 'ask', sameRepository: false };
    const nobody = [{ account: null, before: '', after: '' }];
    const there = { ...fork, headIn: { owner: 'nick', repo: 'access' } };
    expect(await readPushesOf(stage.repository, there)).toEqual(nobody);
    expect(await readPushesOf(stage.repository, { ...fork, headIn: null })).toEqual(nobody);
    stage.traffic.answer(/\/nick\/access\/activity/, 200, [
      {
        activity_type: 'branch_creation',
        actor: { id: 7, login: 'nick', type: 'User' },
        before: '0',
        after: sha,
      },
    ]);
    expect(await readPushesOf(stage.repository, there)).toMatchObject([
      { account: { login: 'nick' }, after: sha },
    ]);
    stage.traffic.straighten();
    stage.traffic.answer(/\/nick\/access\/activity/, 500);
    await expect(readPushesOf(stage.repository, there)).rejects.toMatchObject({ status: 500 });
  });

  test('tells from which commit to which', async () => {
    const { branch, headSha } = await opened();
    const { sha } = await stage.world.person('nick').writesFiles(branch, { 'nick.yaml': '1' });
    const [latest] = await readPushes(stage.repository, branch);
    expect(latest).toEqual({ account: account('nick'), before: headSha, after: sha });
  });

  test('names everybody who pushed, once, whatever their commits say', async () => {
    const { branch } = await opened();
    const { world, repository } = stage;
    await world.person('nick').writesFiles(branch, { 'nick.yaml': '1' });
    await world.person('mona').writesFiles(branch, { 'mona.yaml': '1' });
    const pushers = await readPushers(repository, branch);
    expect(pushers).toHaveLength(2);
    expect(pushers).toEqual(expect.arrayContaining([account('mona'), account('nick')]));
  });

  test('names whoever pushed first, however many pages ago', async () => {
    const { world, repository } = stage;
    const { sha } = await world.person('lead').writesFiles('busy', { n: 'first' });
    const main = (await world.git('rev-parse', 'main')).trim();
    for (let index = 0; index < 100; index += 1)
      await world.person('mona').request('PATCH', '/repos/acme/access/git/refs/heads/busy', {
        sha: index % 2 === 0 ? main : sha,
        force: true,
      });
    expect(await readPushers(repository, 'busy')).toEqual([account('mona'), account('lead')]);
  });

  test('names whoever pushed by force, and whose push was overwritten', async () => {
    const { world, repository } = stage;
    await world.person('nick').writesFiles('forced', { a: '1' });
    await world.person('mona').writesFiles('forced', { a: '2' }, 'Anew', { forceFrom: 'main' });
    expect(await readPushers(repository, 'forced')).toEqual([account('mona'), account('nick')]);
  });

  test('does not count whoever deleted the branch', async () => {
    const { world, repository } = stage;
    await world.person('mona').writesFiles('gone', { a: '1' });
    await world.person('nick').request('DELETE', '/repos/acme/access/git/refs/heads/gone');
    expect(await readPushers(repository, 'gone')).toEqual([account('mona')]);
  });

  test.each(['feature/a+b', 'ünïcode', 'hash#tag', '100%'])('finds a branch called %s', async (branch) => {
    await stage.world.person('nick').writesFiles(branch, { a: branch });
    expect(await readPushers(stage.repository, branch)).toEqual([account('nick')]);
  });

  test('tells somebody unknown where the log knows nothing of the branch', async () => {
    expect(await readPushers(stage.repository, 'never-pushed')).toEqual([null]);
  });

  test('tells somebody unknown where GitHub does not name an actor', async () => {
    const { branch } = await opened();
    await stage.world.person('nick').writesFiles(branch, { 'nick.yaml': '1' });
    stage.traffic.alter(/\/activity/, ([latest, ...others]: object[]) => [
      { ...latest, actor: null },
      ...others,
    ]);
    expect(await readPushers(stage.repository, branch)).toEqual([null, account('mona')]);
  });

  test('throws where the log can not be read', async () => {
    stage.traffic.answer(/\/activity/, 403);
    await expect(readPushers(stage.repository, 'main')).rejects.toMatchObject({ status: 403 });
  });
});
