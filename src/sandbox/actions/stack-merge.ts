import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { mergeQueueRule } from '../model/merge-queue.ts';
import type { MergeOptions } from '../model/merge-options.ts';
import type { Pull } from '../model/pull.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import { mergeViolations } from '../model/rules.ts';
import { stackOf, unmergedUpTo, type AsyncMerge } from '../model/stack.ts';
import { land, retarget, type Landed } from './landing.ts';
import { enqueue } from './merge-queue.ts';
import { mergeCommit } from './merges.ts';

/** Merges a pull request and all below it in its stack, or puts them into the queue: all of them or none. Nobody's bypass counts. */
export async function mergeUpTo(
  github: GitHub,
  repository: Repository,
  { pull, performer, options, action }: AsyncMerge,
): Promise<AsyncMerge['result']> {
  const pulls = unmergedUpTo(repository, pull);
  const base = stackOf(repository, pull)?.base ?? pull.base.ref;
  const closed = pulls.find(({ state, draft }) => state === 'closed' || draft);
  if (closed) throw new Refusal(405, `Pull request #${closed.number} is closed or a draft.`);
  if (pull.head.sha !== options.sha)
    throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (action === 'merge_queue' || (action === 'default' && mergeQueueRule(repository, base))) {
    if (pulls.length > 1) throw new Refusal(422, 'The sandbox puts no stack into a merge queue');
    await enqueue(github, repository, performer, pull);
    return { status: 'enqueued' };
  }
  const landed = await built(github, repository, performer, { pulls, base, options });
  for (const one of pulls)
    if (one.base.ref !== base) await retarget(github, repository, performer, one, base);
  await land(github, repository, performer, base, landed, 'pr_merge');
  await retargetRest(github, repository, performer, pull, base);
  return { status: 'merged', sha: landed.at(-1)?.sha ?? '' };
}

/** The commits that bring each pull request onto the one below, once every rule of the base is met by all of them. */
async function built(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  { pulls, base, options }: { pulls: readonly Pull[]; base: string; options: MergeOptions },
): Promise<Landed[]> {
  const landed: Landed[] = [];
  let onto = await repository.git.commitSha(`refs/heads/${base}`);
  for (const [index, pull] of pulls.entries()) {
    const onBase = { ...pull, base: { ...pull.base, ref: base } };
    const violations = await mergeViolations(repository, performer, onBase, options.method);
    const [reason] = violations.flatMap(({ reasons }) => reasons);
    if (reason !== undefined) throw new Refusal(405, `Pull request #${pull.number}: ${reason}`);
    const below = pulls[index - 1]?.head.sha;
    const how = below === undefined ? options : { ...options, below };
    const sha = onto && (await mergeCommit(github, repository, performer, pull, onto, how));
    if (!sha) throw new Refusal(409, 'Merge conflict: the pull request could not be merged.');
    landed.push({ pull, sha });
    onto = sha;
  }
  return landed;
}

/** What stood on the last that landed is for the stack's own base from now on. */
async function retargetRest(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  pull: Pull,
  base: string,
): Promise<void> {
  const pulls = stackOf(repository, pull)?.pulls ?? [];
  const next = pulls[pulls.indexOf(pull) + 1];
  if (next?.state === 'open' && next.base.ref !== base)
    await retarget(github, repository, performer, next, base);
}
