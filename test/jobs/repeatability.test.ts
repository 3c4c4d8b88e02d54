import { afterAll, beforeAll, expect, test } from 'vitest';
import { handlers } from '../../src/jobs/handlers.ts';
import { storeReview, type Task } from '../../src/jobs/tasks.ts';
import { entries } from './acme-access.ts';
import { fileOf, openAcme, type Acme } from './acme.ts';

let acme: Acme;
beforeAll(async () => {
  acme = await openAcme();
});
afterAll(() => acme.close());

/** Everything that a task could double. */
async function everything() {
  // The records that are gathered, too.
  await acme.app().parts.queue.hurry();
  await acme.settled();
  const read = async (path: string) =>
    (await acme.world.person('grace').request('GET', `/repos/acme/access${path}`)).data;
  const pulls = (await read('/pulls?state=all&per_page=100')) as unknown as {
    number: number;
    head: { sha: string };
  }[];
  return {
    pulls: pulls.length,
    branches: await acme.world.git('for-each-ref', 'refs/heads'),
    comments: await Promise.all(pulls.map(({ number }) => read(`/issues/${number}/comments`))),
    checks: await Promise.all(pulls.map(({ head }) => read(`/commits/${head.sha}/check-runs?filter=all`))),
    grants: await acme.database.db.selectFrom('grants').selectAll().orderBy('id').execute(),
    reverts: await acme.database.db.selectFrom('reverts').selectAll().orderBy('id').execute(),
    reviews: await acme.database.db.selectFrom('reviews').selectAll().orderBy('reviewId').execute(),
    events: await acme.events(),
  };
}

/** Runs every task that there can be about what is stored, once more. */
async function everyTaskAgain(): Promise<void> {
  const { parts } = acme.app();
  const repositoryId = acme.world.repository.id;
  const { grants, reverts, reviews, pulls } = await everything();
  const numbers = Array.from({ length: pulls }, (_, index) => index + 1);
  const again: Pick<Task, 'name' | 'data'>[] = [
    ...numbers.map((pull) => ({ name: 'evaluate-pull' as const, data: { repositoryId, pull } })),
    ...numbers.map((pull) => ({ name: 'announce-pull' as const, data: { repositoryId, pull } })),
    ...reviews.map(({ pull, reviewId, headSha }) =>
      storeReview({ repositoryId, pull, reviewId: Number(reviewId), headSha }),
    ),
    { name: 'decide-merge', data: { repositoryId } },
    ...grants.map((grant) => ({ name: 'apply-grants' as const, data: grant })),
    ...reverts.map(({ id, branch }) => ({ name: 'tend-revert' as const, data: { revertId: id, branch } })),
    ...reverts.map(({ id }) => ({ name: 'merge-revert' as const, data: { revertId: id } })),
    { name: 'write-records', data: { repositoryId } },
  ];
  const carryOut = handlers(parts) as Record<
    Task['name'],
    (data: object, context: { attempt: number }) => Promise<void>
  >;
  for (const { name, data } of again) await carryOut[name](data, { attempt: 2 });
  await acme.settled();
}

test('every task can run twice, at every turn of a request, and doubles nothing', async () => {
  const resource = acme.freshResource();
  const same = async () => {
    const before = await everything();
    await everyTaskAgain();
    expect(await everything()).toEqual(before);
  };
  const pull = await acme.asks({ resource, duration: '30d' });
  await same();
  await acme.pushes('mona', pull.head.ref, { [fileOf({ resource })]: entries({ resource }) });
  await acme.approves('ada', pull);
  await same();
  await acme.merges('mona', pull);
  await same();
  await acme.later(241);
  await same();
  const bypass = await acme.asks({ resource });
  await acme.merges('grace', bypass);
  await same();
});

test("the app's comment is its own, whatever somebody else's says", async () => {
  const resource = acme.freshResource();
  const pull = await acme.asks({ resource });
  await acme.world.person('nick').comments(pull.number, 'granted\n<!-- countersign:refusals -->\n');
  await acme.merges('grace', pull);
  expect(await acme.comments(pull)).toEqual([
    'granted\n<!-- countersign:refusals -->\n',
    expect.stringContaining('**Nothing was granted.**'),
  ]);
});
