import { afterAll, beforeAll, expect, test } from 'vitest';
import { openOrganization, openRepository } from '../../src/github/installation.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const bound = { owner: 'acme', repo: 'access', branch: 'main' } as const;

test('opens the repository that the operator bound', () => {
  const { repository, world } = stage;
  expect(repository).toMatchObject({ ...bound, id: world.repository.id, appId: world.app.id });
});

test('refuses a repository that took over the name of the one that was bound', async () => {
  const { probot, world } = stage;
  const other = world.repository.id + 1;
  await expect(openRepository(probot, world.app.id, { ...bound, id: other })).rejects.toThrow(
    `acme/access has the id ${world.repository.id} and not ${other}, which the operator bound`,
  );
});

test('throws where the app is not installed', async () => {
  const { probot, world } = stage;
  await expect(
    openRepository(probot, world.app.id, { ...bound, id: 1, repo: 'elsewhere' }),
  ).rejects.toMatchObject({ status: 404 });
  await expect(openOrganization(probot, 'umbrella')).rejects.toMatchObject({ status: 404 });
});

test('does not ask whether the App is installed where GitHub fails while it signs in', async () => {
  const { traffic, world } = stage;
  traffic.answer(/access_tokens$/, 502);
  await expect(stage.openedBy(world.app)).rejects.toMatchObject({ name: 'HttpError', status: 502 });
  traffic.straighten();
});

test('acts on an organization as its installation', async () => {
  const octokit = await openOrganization(stage.probot, 'acme');
  const { data } = await octokit.rest.teams.list({ org: 'acme' });
  expect(data.map(({ slug }) => slug)).toContain('engineering');
});

test('asks for the version of the API that it was written for, whatever it calls', async () => {
  const { traffic, probot, world } = stage;
  traffic.forget();
  const repository = await openRepository(probot, world.app.id, { ...bound, id: world.repository.id });
  await repository.octokit.paginate(repository.octokit.rest.pulls.list, { owner: 'acme', repo: 'access' });
  const octokit = await openOrganization(probot, 'acme');
  await octokit.rest.orgs.get({ org: 'acme' });
  expect(traffic.calls.length).toBeGreaterThanOrEqual(5);
  for (const { line, headers } of traffic.calls)
    expect([line, headers.get('x-github-api-version')]).toEqual([line, '2022-11-28']);
});
