import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { expect } from 'vitest';
import type { PullJson } from '../../src/sandbox/start.ts';
import { resourcePolicy } from '../jobs/acme-access.ts';
import { fileOf, type Acme } from '../jobs/acme.ts';
import { protectMain } from '../jobs/stage.ts';

/** Why something was refused that lacks the owners' approval. */
export const unapproved = 'it was merged without the approval of @acme/data-owners';

/** Merges over all the checks, as an administrator can, and holds that nobody got anything by it and that it is undone: why it was refused. */
export async function comesToNothing(
  acme: Acme,
  pull: PullJson,
  { who = 'mona', resource }: { readonly who?: string; readonly resource: string },
): Promise<string> {
  expect((await acme.merges('grace', pull)).status).toBe(200);
  expect(await acme.grants(who, resource)).toEqual([]);
  expect(await acme.holds(who, resource)).toBe(false);
  expect(await acme.onMain(fileOf({ resource }))).toBe('requests: []\n');
  const refusals = (await acme.told(pull)).filter(({ kind }) => kind === 'grant-refused');
  expect(refusals).not.toEqual([]);
  return [...new Set(refusals.map(({ details }) => String(details['reason'])))].join('; ');
}

/** What the check says of the reviews that do not count. */
export async function notCounting(acme: Acme, pull: PullJson): Promise<string> {
  const { summary } = await acme.check(pull, 'access/approval');
  return summary.split('### Reviews that do not count\n')[1] ?? '';
}

/** Puts more rules, each a line, to the only role of fresh resources, and adopts them: the resources. */
export async function resourcesWith<const Rules extends readonly (readonly string[])[]>(
  acme: Acme,
  ...rules: Rules
): Promise<{ [Index in keyof Rules]: string }> {
  const named = rules.map((lines) => ({ lines, resource: acme.freshResource() }));
  await acme.world
    .person('grace')
    .writesFiles(
      'main',
      Object.fromEntries(
        named.map(({ lines, resource }) => [
          `access-policies/resources/${resource}.yaml`,
          `${resourcePolicy(resource, acme.target.name(`reader-${resource}`))}${lines.map((line) => `    ${line}\n`).join('')}`,
        ]),
      ),
    );
  expect(await acme.adopts()).toEqual({ adopted: true });
  return named.map(({ resource }) => resource) as { [Index in keyof Rules]: string };
}

/** A queue that lands two pull requests in one push. */
const mergeQueue = {
  name: 'queue',
  enforcement: 'active',
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
  rules: [
    {
      type: 'merge_queue',
      parameters: {
        check_response_timeout_minutes: 60,
        grouping_strategy: 'ALLGREEN',
        max_entries_to_build: 5,
        max_entries_to_merge: 5,
        merge_method: 'MERGE',
        min_entries_to_merge: 2,
        min_entries_to_merge_wait_minutes: 5,
      },
    },
  ],
};

/** Lands pull requests in one push, by a merge queue that asks for no checks; the app hears of it when all is done. */
export async function landsTogether(acme: Acme, who: string, ...pulls: readonly PullJson[]): Promise<void> {
  const person = acme.world.person(who);
  await acme.whileStopped(async () => {
    acme.world.protect('main', {});
    const { data } = await person.request('POST', '/repos/acme/access/rulesets', mergeQueue);
    for (const { number } of pulls) await person.enqueues(number);
    await person.request('DELETE', `/repos/acme/access/rulesets/${Number(data['id'])}`);
    protectMain(acme.world);
  });
  await acme.pushes(who, 'main', { 'README.md': `${pulls.length} landed\n` });
}

/** Tells the app of a review, as GitHub would. */
export async function hearsOf(
  acme: Acme,
  { number }: PullJson,
  action: string,
  review: object,
): Promise<void> {
  const body = JSON.stringify({
    action,
    repository: { id: acme.world.repository.id },
    pull_request: { number, base: { ref: 'main' } },
    review,
  });
  const { status } = await fetch(`${acme.app().url}/api/github/webhooks`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-delivery': randomUUID(),
      'x-github-event': 'pull_request_review',
      'x-hub-signature-256': await sign(acme.world.app.webhookSecret, body),
    },
  });
  expect(status).toBe(202);
  await acme.settled();
}

export async function reviewsOf(acme: Acme, { number }: PullJson) {
  const { data } = await acme.world
    .person('ada')
    .request<{ id: number; state: string; commit_id: string }[]>(
      'GET',
      `/repos/acme/access/pulls/${number}/reviews`,
    );
  return data;
}
