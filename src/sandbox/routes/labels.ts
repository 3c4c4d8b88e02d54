import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { labelPull, newLabel, unlabelPull } from '../actions/conversation.ts';
import type { GitHub } from '../model/github.ts';
import type { Label, Pull } from '../model/pull.ts';
import { invalid, notFound, Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { labelPayload } from '../payloads/pull.ts';
import { pullOf, repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['issues:read', 'pull_requests:read'] } as const;
const WRITE = { app: ['issues:write', 'pull_requests:write'], person: 'triage' } as const;

const LabelsBody = z.object({ labels: z.array(z.string()) });
const NewLabelBody = z.object({
  name: z.string().min(1),
  color: z
    .string()
    .regex(/^[0-9a-f]{6}$/i)
    .optional(),
  description: z.string().max(100).nullish(),
});

/** The labels of a repository, and of its pull requests. */
export function labelRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/issues/:number/labels';
  const answer = (c: Context<Env>, repository: Repository, labels: Iterable<Label>) =>
    c.json(paged(c, github, [...labels]).map((label) => labelPayload(github, repository, label)));

  routes.get('/repos/:owner/:repo/labels', (c) => {
    const repository = repositoryOf(c, github, READ);
    return answer(c, repository, repository.labels.values());
  });
  routes.post('/repos/:owner/:repo/labels', async (c) => {
    const repository = repositoryOf(c, github, { ...WRITE, person: 'write' });
    const { name, color, description } = await bodyOf(c, NewLabelBody);
    if (repository.labels.has(name.toLowerCase()))
      throw invalid({ resource: 'Label', field: 'name', code: 'already_exists' });
    const label = newLabel(github, repository, { name, color, description: description ?? null });
    return c.json(labelPayload(github, repository, label), 201);
  });
  routes.get('/repos/:owner/:repo/labels/:name', (c) => {
    const repository = repositoryOf(c, github, READ);
    const label = repository.labels.get(param(c, 'name').toLowerCase());
    if (!label) throw notFound();
    return c.json(labelPayload(github, repository, label));
  });
  routes.get(base, (c) => {
    const repository = repositoryOf(c, github, READ);
    return answer(c, repository, pullOf(c, repository).labels);
  });
  routes.post(base, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    const { labels } = await bodyOf(c, LabelsBody);
    await labelPull(github, repository, performerOf(c), pull, labels);
    return answer(c, repository, pull.labels);
  });
  routes.delete(`${base}/:name`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const pull = pullOf(c, repository);
    await unlabelPull(github, repository, performerOf(c), pull, labelOf(pull, param(c, 'name')));
    return answer(c, repository, pull.labels);
  });
  return routes;
}

function labelOf(pull: Pull, name: string): Label {
  const label = pull.labels.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  if (!label) throw new Refusal(404, 'Label does not exist');
  return label;
}
