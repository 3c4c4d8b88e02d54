import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readPull } from '../../src/github/read-pull.ts';
import { bend, opened } from './open-pull.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.traffic.straighten());
afterAll(() => stage.close());

const at = Date.parse('2026-11-23T10:00:00Z');
const account = (login: string) => ({ id: stage.world.person(login).id, login, bot: false });
const readReviews = async (number: number) => (await readPull(stage.repository, number))?.reviews;

interface Listed {
  readonly nodes: readonly object[];
}

describe('the reviews of a pull request', () => {
  function bendReviews(change: (review: object) => object): void {
    bend(stage, (pull: { reviews: Listed }) => ({
      ...pull,
      reviews: { ...pull.reviews, nodes: pull.reviews.nodes.map(change) },
    }));
  }

  test('knows one by an id of more than 32 bits', async () => {
    const { number } = await opened(stage);
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, fullDatabaseId: '5000000000' }));
    expect(await readReviews(number)).toMatchObject([{ id: 5_000_000_000 }]);
  });

  test('gives each review with its state, its author and its time', async () => {
    const { number, headSha } = await opened(stage);
    const { world } = stage;
    await world.person('lead').approves(number);
    await world.person('nick').reviews(number, 'REQUEST_CHANGES', 'No');
    await world.person('nick').reviews(number, 'COMMENT', 'Well');
    const dismissed = await world.person('boss').approves(number);
    await world.person('boss').dismisses(number, dismissed.data['id'] as number, 'Too quick');
    const review = (login: string, state: string) => ({
      id: expect.any(Number),
      account: account(login),
      state,
      submittedAt: at,
      commitId: headSha,
    });
    expect(await readReviews(number)).toEqual([
      review('lead', 'approved'),
      review('nick', 'changes_requested'),
      review('nick', 'commented'),
      review('boss', 'dismissed'),
    ]);
  });

  test('gives every one, however many pages they are', async () => {
    const { number } = await opened(stage);
    for (let index = 0; index < 101; index += 1)
      await stage.world.person('nick').reviews(number, 'COMMENT', `${index}`);
    await stage.world.person('lead').reviews(number, 'REQUEST_CHANGES', 'Too much talk');
    const reviews = await readReviews(number);
    expect(reviews).toHaveLength(102);
    expect(reviews?.at(-1)).toMatchObject({ account: account('lead'), state: 'changes_requested' });
  });

  test('knows a review whose author was deleted, and one whose commit is gone', async () => {
    const { number } = await opened(stage);
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, author: null, commit: null }));
    expect(await readReviews(number)).toMatchObject([
      { account: { id: 10_137, login: 'ghost', bot: false }, state: 'approved', commitId: null },
    ]);
  });

  test("takes a pending review for nobody's word yet", async () => {
    const { number } = await opened(stage);
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, state: 'PENDING', submittedAt: null }));
    expect(await readReviews(number)).toEqual([]);
  });

  test('knows a bot for one', async () => {
    const { number } = await opened(stage);
    const { world } = stage;
    const app = await world.installApp({
      slug: 'rubber-stamp',
      permissions: { pull_requests: 'write', contents: 'write' },
      events: [],
    });
    const other = await stage.openedBy(app);
    await other.octokit.rest.pulls.createReview({
      owner: 'acme',
      repo: 'access',
      pull_number: number,
      event: 'APPROVE',
    });
    expect(await readReviews(number)).toMatchObject([{ account: { login: 'rubber-stamp[bot]', bot: true } }]);
  });

  test('throws where it is not known which one it is', async () => {
    const { number } = await opened(stage);
    await stage.world.person('lead').approves(number);
    bendReviews((review) => ({ ...review, fullDatabaseId: null }));
    await expect(readReviews(number)).rejects.toThrow('which review');
  });
});
