import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { entries } from '../jobs/acme-access.ts';
import { fileOf, openAcme, type Acme } from '../jobs/acme.ts';
import { eventually } from '../jobs/eventually.ts';
import { comesToNothing, hearsOf, notCounting, resourcesWith, reviewsOf, unapproved } from './attack.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme({ resources: 10 });
});
afterAll(() => acme.close());

/** Somebody signs up under a login and joins the organization. */
async function joins(login: string, ...teams: string[]): Promise<void> {
  const { people } = acme.world;
  people.signUp(login);
  await people.invite(login, { teams });
  await people.accept(login);
}

describe('takes over the login', () => {
  test('of who asked, between the approval and the merge', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ user: 'nick', resource });
    await acme.approves('ada', pull);
    acme.world.people.rename('nick', 'nicholas');
    await joins('nick', 'engineering');
    expect(await comesToNothing(acme, pull, { who: 'nick', resource })).toContain(
      'nick may not receive reader',
    );
  });

  test('of who approved', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    await acme.approves('dora', pull);
    const struck = acme.world.faults({
      requests: [{ at: /^GET .*\/activity\?/, nth: 2, fault: { kind: 'slow', ms: 500 } }],
    });
    await acme.world.person('grace').merges(pull.number);
    // The reviews were read, and next come the pushes, and then who is behind their logins.
    await eventually(async () => struck.length > 0);
    acme.world.people.rename('dora', 'theodora');
    await acme.world.people.leaveTeam('theodora', 'data-owners');
    await joins('dora', 'data-owners');
    await acme.settled();
    acme.world.faults(null);
    expect(await acme.grants('mona', resource)).toEqual([]);
    expect((await acme.told(pull))[0]).toMatchObject({
      kind: 'grant-refused',
      details: { reason: unapproved },
    });
    expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  });

  test('of whom somebody else asked for, before the app heard of the approval', async () => {
    const [resource] = await resourcesWith(acme, ['principals: ["@acme/engineering"]']);
    const pull = await acme.asks({ user: 'lars', resource }, { by: 'mona' });
    await acme.whileStopped(async () => {
      await acme.world.person('ada').approves(pull.number);
      acme.clock.advanceTo(acme.clock.now() + 60_000);
      acme.world.people.rename('lars', 'laurence');
      await joins('lars', 'engineering');
    });
    const [review] = await reviewsOf(acme, pull);
    await hearsOf(acme, pull, 'submitted', { ...review, commit_id: pull.head.sha });
    expect(await notCounting(acme, pull)).toContain('@ada approved content that was not recorded in time');
    expect(await comesToNothing(acme, pull, { who: 'lars', resource })).toBe(unapproved);
  });

  test('of whom somebody else asked for', async () => {
    const [resource] = await resourcesWith(acme, ['principals: ["@acme/engineering"]']);
    const pull = await acme.asks({ user: 'lars', resource }, { by: 'mona' });
    await acme.approves('ada', pull);
    acme.world.people.rename('lars', 'lawrence');
    await joins('lars', 'engineering');
    expect(await comesToNothing(acme, pull, { who: 'lars', resource })).toBe(unapproved);
  });

  test('that nobody had when it was asked for', async () => {
    const [resource] = await resourcesWith(acme, ['principals: ["@acme/engineering"]']);
    const pull = await acme.asks({ user: 'ghost2', resource }, { by: 'mona' });
    expect(await acme.check(pull)).toMatchObject({ annotations: [{ code: 'unknown-principal' }] });
    await acme.approves('ada', pull);
    await joins('ghost2', 'engineering');
    expect(await comesToNothing(acme, pull, { who: 'ghost2', resource })).toBe(unapproved);
  });

  test('that nobody had when it was merged', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ user: 'ghost3', resource }, { by: 'mona' });
    expect(await comesToNothing(acme, pull, { who: 'ghost3', resource })).toContain(
      'There is no user ghost3',
    );
    await joins('ghost3', 'engineering');
    await acme.pushes('grace', 'main', { 'README.md': 'one\n' });
    expect(await acme.grants('ghost3', resource)).toEqual([]);
  });
});

describe('has it approved by', () => {
  test('somebody whose login looks like that of an owner', async () => {
    const resource = acme.freshResource();
    const pull = await acme.asks({ resource });
    for (const login of ['adaa', 'a-da']) {
      await joins(login, 'engineering');
      await acme.world.person(login).approves(pull.number);
    }
    await acme.settled();
    expect(await notCounting(acme, pull)).toContain(
      [
        '- @adaa owns none of the files and is in no group that the policy names',
        '- @a-da owns none of the files and is in no group that the policy names',
      ].join('\n'),
    );
    await comesToNothing(acme, pull, { resource });
  });

  test('owners who leave the team, or the organization, before the merge', async () => {
    const [one, other] = [acme.freshResource(), acme.freshResource()];
    const { people } = acme.world;
    for (const login of ['oda', 'otto']) await joins(login, 'data-owners');
    const pulls = [await acme.asks({ resource: one }), await acme.asks({ resource: other })] as const;
    await acme.approves('oda', pulls[0]);
    await acme.approves('otto', pulls[1]);
    await people.leaveTeam('oda', 'data-owners');
    await people.leave('otto');
    expect([
      await comesToNothing(acme, pulls[0], { resource: one }),
      await comesToNothing(acme, pulls[1], { resource: other }),
    ]).toEqual([unapproved, unapproved]);
  });

  test('an owner, from a fork to which anybody may have pushed', async () => {
    const resource = acme.freshResource();
    const fork = await acme.world.person('mona').forks();
    const pull = await fork.opensPullRequest({
      title: 'From a fork',
      branch: 'asks',
      files: { [fileOf({ resource })]: entries({ resource }) },
    });
    await acme.settled();
    await acme.approves('ada', pull);
    expect(await notCounting(acme, pull)).toContain(
      "- @ada approved, but nobody's approval counts while it is unknown who contributed",
    );
    await comesToNothing(acme, pull, { resource });
  });
});
