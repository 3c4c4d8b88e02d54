import type { GitHub } from '../model/github.ts';
import { entryOf } from '../model/merge-queue.ts';
import type { Pull } from '../model/pull.ts';
import { invalid } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { stackOf, type Stack } from '../model/stack.ts';

/** Makes a stack of pull requests, from the bottom to the top. Refused with 422 unless each is based on the one before. */
export function createStack(github: GitHub, repository: Repository, numbers: readonly number[]): Stack {
  const pulls = numbers.map((number, index) => stackable(repository, number, index));
  const [bottom] = pulls;
  if (!bottom) throw invalid({ resource: 'PullRequestStack', field: 'pull_requests', code: 'invalid' });
  checkChain(pulls);
  const stack: Stack = {
    id: github.nextId(),
    number: Math.max(0, ...repository.stacks.keys()) + 1,
    base: bottom.base.ref,
    pulls,
    createdAt: github.now(),
  };
  repository.stacks.set(stack.number, stack);
  return stack;
}

/** Puts more pull requests on top of a stack. */
export function addToStack(repository: Repository, stack: Stack, numbers: readonly number[]): void {
  const added = numbers.map((number, index) => stackable(repository, number, index));
  checkChain([...stack.pulls.slice(-1), ...added]);
  stack.pulls.push(...added);
}

/** Takes those that are neither merged nor on their way out of a stack; false where nothing is left of it. */
export function unstack(repository: Repository, stack: Stack): boolean {
  stack.pulls = stack.pulls.filter((pull) => pull.merged !== null || isMerging(repository, pull));
  if (stack.pulls.length === 0) repository.stacks.delete(stack.number);
  return stack.pulls.length > 0;
}

function isMerging(repository: Repository, pull: Pull): boolean {
  const pending = [...repository.asyncMerges.values()].some(
    (merge) => merge.pull === pull && merge.result.status === 'pending',
  );
  return pending || entryOf(repository, pull) !== undefined;
}

function stackable(repository: Repository, number: number, index: number): Pull {
  const error = { resource: 'PullRequestStack', field: 'pull_requests', code: 'invalid', value: number };
  const pull = repository.pulls.get(number);
  if (pull?.state !== 'open')
    throw invalid({ ...error, message: `pull_requests[${index}] is no open pull request` });
  if (stackOf(repository, pull))
    throw invalid({ ...error, message: `Pull request #${number} already belongs to a stack` });
  return pull;
}

function checkChain(pulls: readonly Pull[]): void {
  for (const [index, pull] of pulls.entries()) {
    const below = pulls[index - 1];
    if (!below || (pull.base.ref === below.head.ref && below.head.repositoryId === pull.head.repositoryId))
      continue;
    throw invalid({
      resource: 'PullRequestStack',
      field: 'pull_requests',
      code: 'invalid',
      message: `The base of #${pull.number} must be the head of #${below.number}`,
    });
  }
}
