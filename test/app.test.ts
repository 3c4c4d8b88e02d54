import { pino } from 'pino';
import { Probot, ProbotOctokit } from 'probot';
import { describe, expect, test } from 'vitest';
import { countersign, tasksFor } from '../src/app.ts';
import type { Delivery } from '../src/database/deliveries.ts';
import type { Task } from '../src/jobs/tasks.ts';
import { privateKey } from './environment.ts';
import { bound, decided, table } from './webhook-table.ts';

test.each(table)('%s %j', (event, payload, tasks) => {
  expect(tasksFor(event, payload, bound)).toEqual(tasks);
});

test.each(['pull_request', 'pull_request_review', 'check_run', 'merge_group'])(
  '%s without what it should tell of',
  (event) => {
    for (const action of ['opened', 'closed', 'submitted', 'rerequested', 'checks_requested'])
      expect(tasksFor(event, { action }, bound)).toEqual([]);
  },
);

describe('a delivery', () => {
  /** What the app takes in of one delivery. */
  async function taken(name: 'push' | 'installation', payload: object) {
    const intake: [Delivery, readonly Task[]][] = [];
    const app = new Probot({
      appId: 1,
      privateKey,
      secret: 'a-secret-of-sixteen-or-more',
      Octokit: ProbotOctokit,
      log: pino({ level: 'silent' }),
    });
    await app.load(
      countersign([{ ...bound, id: 6, branch: 'other' }, bound], async (delivery, tasks) => {
        intake.push([delivery, tasks]);
      }),
    );
    await app.receive({ id: 'd-1', name, payload } as Parameters<Probot['receive']>[0]);
    return intake;
  }

  test('of a bound repository is taken in with its tasks', async () => {
    expect(await taken('push', { ref: 'refs/heads/main', repository: { id: 7 } })).toEqual([
      [{ id: 'd-1', event: 'push', action: null, repositoryId: 7 }, decided],
    ]);
  });

  test('of another repository of the same name leads to nothing', async () => {
    const repository = { id: 8, name: 'access', full_name: 'acme/access', owner: { login: 'acme' } };
    expect(await taken('push', { ref: 'refs/heads/main', repository })).toEqual([]);
  });

  test('of no repository leads to nothing', async () => {
    expect(await taken('installation', { action: 'created' })).toEqual([]);
  });
});
