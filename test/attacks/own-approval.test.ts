import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { comesToNothing, notCounting, resourcesWith } from './attack.ts';

let acme: Acme;
let forEngineers: string;
let forTeam: string;
beforeAll(async () => {
  acme = await openAcme({ resources: 8 });
  [forEngineers, forTeam] = await resourcesWith(
    acme,
    ['principals: ["@acme/engineering"]'],
    ['principals: ["@acme/on-call"]'],
  );
});
afterAll(() => acme.close());

/** Puts a commit on a branch, with somebody's name on it. */
async function pushesAs(who: string, email: string, branch: string): Promise<void> {
  const person = acme.world.person(who);
  const head = (await acme.world.git('rev-parse', branch)).trim();
  const tree = (await acme.world.git('rev-parse', `${branch}^{tree}`)).trim();
  const signature = { name: 'mona', email };
  const { data } = await person.request('POST', '/repos/acme/access/git/commits', {
    message: 'A word',
    tree,
    parents: [head],
    author: signature,
    committer: signature,
  });
  const url = `/repos/acme/access/git/refs/heads/${branch}`;
  expect((await person.request('PATCH', url, { sha: data['sha'] })).status).toBe(200);
  await acme.settled();
}

/** Writes a commit with these parents whose tree is the first one's with a file put in, or as it is. */
async function commits(who: string, parents: readonly string[], file?: { path: string; content: string }) {
  const person = acme.world.person(who);
  const [first = ''] = parents;
  const base = (await acme.world.git('rev-parse', `${first}^{tree}`)).trim();
  const { data: tree } = await person.request('POST', '/repos/acme/access/git/trees', {
    base_tree: base,
    tree: file ? [{ ...file, mode: '100644', type: 'blob' }] : [],
  });
  const { data } = await person.request('POST', '/repos/acme/access/git/commits', {
    message: 'A word',
    tree: file ? tree['sha'] : base,
    parents,
  });
  return String(data['sha']);
}

async function moves(who: string, branch: string, sha: string): Promise<void> {
  const url = `/repos/acme/access/git/refs/heads/${branch}`;
  expect((await acme.world.person(who).request('PATCH', url, { sha })).status).toBe(200);
  await acme.settled();
}

describe('approves the pull request', () => {
  test('that they wrote into by merges which seem to bring the branch up to date', async () => {
    const resource = acme.freshResource();
    const path = fileOf({ resource });
    const start = (await acme.world.git('rev-parse', 'main')).trim();
    // Theirs is in the history of main, and nothing of it in its files.
    const theirs = await commits('lars', [start], { path, content: entries({ resource }) });
    const undone = await commits('lars', [theirs, start], { path, content: 'requests: []\n' });
    const later = await acme.pushes('grace', 'main', { 'README.md': 'later\n' });
    const tip = await commits('grace', [later, undone], { path, content: 'requests: []\n' });
    const own = acme.freshResource();
    const asked = { [fileOf({ resource: own })]: entries({ resource: own }) };
    const pull = await acme.proposes('mona', asked, 'criss');
    await moves('grace', 'main', tip);
    const first = await commits('lars', [pull.head.sha, theirs], { path, content: entries({ resource }) });
    await moves('lars', 'criss', first);
    await moves('lars', 'criss', await commits('lars', [first, tip]));
    await acme.approves('lars', await acme.pull(pull.number));
    expect(await notCounting(acme, pull)).toContain(
      '- @lars pushed to this branch, so cannot also approve it',
    );
    await comesToNothing(acme, pull, { resource });
  });

  test('that they opened', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ user: 'lars', resource });
    expect((await acme.approves('lars', pull)).status).toBe(422);
    expect((await acme.merges('lars', pull)).status).toBe(405);
    expect(await acme.grants('lars', resource)).toEqual([]);
  });

  test('that a second account of theirs pushed to', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    const text = entries({ resource, reason: 'INC-1: let her look' });
    await acme.pushes('lars', pull.head.ref, { [fileOf({ resource })]: text });
    await acme.approves('lars', pull);
    expect(await notCounting(acme, pull)).toContain(
      '- @lars pushed to this branch, so cannot also approve it',
    );
    await comesToNothing(acme, pull, { resource });
  });

  test("that they pushed to under the requester's e-mail", async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    const email = (await acme.world.git('log', '-1', '--format=%ae', pull.head.ref)).trim();
    await pushesAs('ada', email, pull.head.ref);
    await acme.approves('ada', pull);
    expect(await notCounting(acme, pull)).toContain(
      '- @ada pushed to this branch, so cannot also approve it',
    );
    await comesToNothing(acme, pull, { resource });
  });

  test('that they wrote together with the requester', async () => {
    const resource = acme.freshResource();
    const file = fileOf({ resource });
    await acme.world
      .person('mona')
      .writesFiles('together', { [file]: entries({ resource }) }, undefined, { coAuthors: ['ada'] });
    const pull = await acme.world.person('mona').opensPullRequest({ title: 'Ours', branch: 'together' });
    await acme.settled();
    await acme.approves('ada', pull);
    expect(await notCounting(acme, pull)).toContain('@ada co-authored commit ');
    await comesToNothing(acme, pull, { resource });
  });

  test('that somebody else opened for them', async () => {
    const pull = await acme.asks({ user: 'lars', resource: forEngineers }, { by: 'mona' });
    expect(await acme.check(pull)).toMatchObject({ conclusion: 'success' });
    await acme.approves('lars', pull);
    expect(await notCounting(acme, pull)).toContain(
      '- @lars would receive the access, so cannot also approve it',
    );
    await comesToNothing(acme, pull, { who: 'lars', resource: forEngineers });
  });

  test('of a team that they are in', async () => {
    const pull = await acme.asks({ team: 'on-call', resource: forTeam }, { by: 'nick' });
    await acme.approves('lars', pull);
    expect(await notCounting(acme, pull)).toContain('- @lars is in the team that would receive the access');
    await comesToNothing(acme, pull, { who: 'team:on-call', resource: forTeam });
    expect([await acme.holds('mona', forTeam), await acme.holds('lars', forTeam)]).toEqual([false, false]);
  });
});
