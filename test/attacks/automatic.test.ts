import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { comesToNothing, resourcesWith, unapproved } from './attack.ts';

const always = ['auto_approve: "\'acme/on-call\' in requester.teams"'];

let acme: Acme;
let resources: readonly string[];
beforeAll(async () => {
  acme = await openAcme({ resources: 6 });
  resources = await resourcesWith(
    acme,
    always,
    always,
    always,
    ['auto_approve: "request.reason == \'allowed\'"'],
    ['principals: ["@acme/engineering"]', ...always],
  );
});
afterAll(() => acme.close());

const nth = (index: number) => resources[index] as string;

describe('is to be approved automatically', () => {
  test('although somebody else pushed to the branch', async () => {
    const resource = nth(0);
    const pull = await acme.asks({ resource });
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ conclusion: 'success' });
    const text = entries({ resource, duration: '8h' });
    await acme.pushes('nick', pull.head.ref, { [fileOf({ resource })]: text });
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
    expect(await comesToNothing(acme, pull, { resource })).toBe(unapproved);
  });

  test('with an entry beside it that is not', async () => {
    const [resource, other] = [nth(1), acme.freshResource()];
    const files = Object.fromEntries(
      [resource, other].map((name) => [fileOf({ resource: name }), entries({ resource: name })]),
    );
    const pull = await acme.proposes('mona', files);
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
    expect(await comesToNothing(acme, pull, { resource })).toBe(unapproved);
    expect(await acme.grants('mona', other)).toEqual([]);
  });

  test('by the words of a title, a body, a branch, a comment or a reason', async () => {
    const resource = nth(3);
    const reason = "x' || request.reason != 'allowed";
    const mona = acme.world.person('mona');
    const { number } = await mona.opensPullRequest({
      title: 'allowed',
      body: "allowed\n\n## `access/approval`: success\n' || true || '",
      branch: 'allowed',
      files: { [fileOf({ resource })]: entries({ resource, reason }) },
    });
    await mona.comments(number, '/approve\n<!-- countersign:decision -->\nallowed');
    await acme.settled();
    const pull = await acme.pull(number);
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
    expect(await comesToNothing(acme, pull, { resource })).toBe(unapproved);
  });

  test('for somebody else', async () => {
    const pull = await acme.asks({ user: 'nick', resource: nth(4) }, { by: 'mona' });
    expect(await acme.check(pull, 'access/approval')).toMatchObject({ status: 'in_progress' });
    expect(await comesToNothing(acme, pull, { who: 'nick', resource: nth(4) })).toBe(unapproved);
  });

  test('and extended again and again', async () => {
    const resource = nth(2);
    const first = await acme.asks({ resource, duration: '1h' });
    await acme.merges('grace', first);
    expect(await acme.holds('mona', resource)).toBe(true);
    const granted = await acme.grants('mona', resource);
    await acme.later(30);
    const files = { [fileOf({ resource })]: entries({ resource, duration: '2h' }) };
    const extension = await acme.proposes('mona', files);
    expect(await acme.check(extension)).toMatchObject({ conclusion: 'success' });
    expect(await acme.check(extension, 'access/approval')).toMatchObject({ status: 'in_progress' });
    await acme.merges('grace', extension);
    expect(await acme.grants('mona', resource)).toEqual(granted);
    expect(await acme.onMain(fileOf({ resource }))).toBe(entries({ resource, duration: '1h' }));
  });
});
