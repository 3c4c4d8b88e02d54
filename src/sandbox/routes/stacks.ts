import { Hono, type Context } from 'hono';
import { z } from 'zod';
import { requestMerge } from '../actions/async-merges.ts';
import { addToStack, createStack, unstack } from '../actions/stacks.ts';
import type { GitHub } from '../model/github.ts';
import { entryOf } from '../model/merge-queue.ts';
import { notFound } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { AsyncMerge, Stack } from '../model/stack.ts';
import { listedStack, stackPayload } from '../payloads/stack.ts';
import { pullOf, repositoryOf } from './access.ts';
import { bodyOf, param, performerOf, type Env } from './context.ts';
import { paged } from './paging.ts';

const READ = { app: ['pull_requests:read'] } as const;
const WRITE = { app: ['pull_requests:write'], person: 'write' } as const;

const numbers = z.array(z.int()).max(100);
const NewStackBody = z.object({ pull_requests: numbers.min(2) });
const AddBody = z.object({ pull_requests: numbers.min(1) });
const MergeBody = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  merge_action: z.enum(['default', 'direct_merge', 'merge_queue']).default('default'),
  sha: z.string().optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
});

/** Stacks of pull requests, and the merge in the background that lands them. */
export function stackRoutes(github: GitHub): Hono<Env> {
  const routes = new Hono<Env>();
  const base = '/repos/:owner/:repo/stacks';

  routes.get(base, (c) => {
    const repository = repositoryOf(c, github, READ);
    const holding = c.req.query('pull_request');
    const stacks = [...repository.stacks.values()].filter(
      ({ pulls }) => holding === undefined || pulls.some(({ number }) => number === Number(holding)),
    );
    return c.json(
      paged(c, github, stacks.toReversed()).map((stack) => listedStack(github, repository, stack)),
    );
  });
  routes.post(base, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const { pull_requests: pulls } = await bodyOf(c, NewStackBody);
    return c.json(stackPayload(github, repository, createStack(github, repository, pulls)), 201);
  });
  routes.get(`${base}/:stack`, (c) => {
    const repository = repositoryOf(c, github, READ);
    return c.json(stackPayload(github, repository, stackNamed(c, repository)));
  });
  routes.post(`${base}/:stack/add`, async (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const stack = stackNamed(c, repository);
    addToStack(repository, stack, (await bodyOf(c, AddBody)).pull_requests);
    return c.json(stackPayload(github, repository, stack));
  });
  routes.post(`${base}/:stack/unstack`, (c) => {
    const repository = repositoryOf(c, github, WRITE);
    const stack = stackNamed(c, repository);
    if (!unstack(repository, stack)) return c.body(null, 204);
    return c.json(stackPayload(github, repository, stack));
  });

  const merge = '/repos/:owner/:repo/pulls/:number/merge-async';
  routes.put(merge, async (c) => {
    const repository = repositoryOf(c, github, { app: ['contents:write'], person: 'write' });
    const pull = pullOf(c, repository);
    const body = await bodyOf(c, MergeBody);
    if (pull.merged) return c.json(answer({ status: 'merged', sha: pull.merged.sha }));
    if (entryOf(repository, pull)) return c.json(answer({ status: 'enqueued' }));
    if (pull.state === 'closed') return c.json(answer(failed('Pull request is closed.')), 400);
    if (pull.draft) return c.json(answer(failed('Pull request is a draft.')), 400);
    const { merge: requested, known } = requestMerge(repository, {
      pull,
      performer: performerOf(c),
      action: body.merge_action,
      options: {
        method: body.merge_method,
        sha: body.sha ?? pull.head.sha,
        title: body.commit_title,
        message: body.commit_message,
      },
    });
    return c.json(pending(requested, 'Merge request enqueued.'), known ? 409 : 202);
  });
  routes.get(`${merge}/:uuid`, (c) => {
    const repository = repositoryOf(c, github, READ);
    const found = repository.asyncMerges.get(param(c, 'uuid'));
    if (!found || found.pull !== pullOf(c, repository)) throw notFound();
    return c.json(
      found.result.status === 'pending'
        ? pending(found, 'Merge request is in progress.')
        : answer(found.result),
    );
  });
  return routes;
}

function stackNamed(c: Context<Env>, repository: Repository): Stack {
  const stack = repository.stacks.get(Number(param(c, 'stack')));
  if (!stack) throw notFound();
  return stack;
}

function failed(message: string): AsyncMerge['result'] {
  return { status: 'failed', message };
}

function pending({ uuid, options, action }: AsyncMerge, message: string) {
  return {
    status: 'pending',
    details: {
      message,
      uuid,
      merge_method: options.method,
      merge_action: action,
      expected_head_sha: options.sha,
    },
  };
}

function answer(result: AsyncMerge['result']) {
  switch (result.status) {
    case 'merged':
      return {
        status: result.status,
        details: { message: 'Pull request was merged.', sha: result.sha },
      };
    case 'enqueued':
      return {
        status: result.status,
        details: { message: 'Pull request was added to the merge queue.' },
      };
    case 'failed':
      return { status: result.status, details: { message: result.message } };
    case 'pending':
    default:
      throw new Error('a merge that is pending has no answer yet');
  }
}
