import { commitsBetween, isAncestor, refs } from '../git/history.ts';
import { NO_COMMIT, type Activity } from '../model/activity.ts';
import type { Performer } from '../model/app.ts';
import type { GitHub } from '../model/github.ts';
import { pullsOf, type Repository } from '../model/repository.ts';
import { Refusal } from '../model/refusal.ts';
import { pushViolations, refusalText, type RefMove } from '../model/rules.ts';
import { openSuites } from './check-suites.ts';
import { closePull, followHead, markMerged } from './pull-lifecycle.ts';

interface PushInput {
  ref: string;
  after: string | null;
  force?: boolean;
  /** The status of a refusal by the branch's rules. */
  refusedWith?: 409 | 422;
}

/** Moves, makes or deletes (`after` null) a ref as a push does. Refused by the branch's protection, or unless forced when not a fast-forward. */
export async function push(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  { ref, after, force = false, refusedWith = 422 }: PushInput,
): Promise<void> {
  const move = await plannedMove(repository, ref, after);
  if (move.before === null && after !== null && (await clashes(repository, ref)))
    throw new Refusal(422, 'Reference update failed');
  if (move.forced && !force) throw new Refusal(422, 'Update is not a fast forward');
  const refusal = refusalText(await pushViolations(repository, performer, move));
  if (refusal !== undefined)
    throw new Refusal(refusedWith, refusal, {
      documentation: 'https://docs.github.com/articles/about-protected-branches',
    });
  if (after === null && isDefaultBranch(repository, ref))
    throw new Refusal(422, 'Cannot delete the default branch');
  await moveRef(github, repository, performer, move);
}

/** Where a ref stands, and whether going to another commit from there loses something. */
export async function plannedMove(
  repository: Repository,
  ref: string,
  after: string | null,
): Promise<RefMove> {
  const { git } = repository;
  const before = (await git.ref(ref))?.sha ?? null;
  const forced = before !== null && after !== null && !(await isAncestor(git, before, after));
  return { ref, before, after, forced };
}

export function isDefaultBranch(repository: Repository, ref: string): boolean {
  return ref === `refs/heads/${repository.defaultBranch}`;
}

/** `a/b` can't be where `a` is, nor `a` where `a/b` is: git keeps refs as files. */
export async function clashes({ git }: Repository, ref: string): Promise<boolean> {
  const kind = ref.split('/', 2).join('/');
  const existing = await refs(git, `${kind}/`);
  return existing.some((other) => other.ref.startsWith(`${ref}/`) || ref.startsWith(`${other.ref}/`));
}

/** Moves a ref whatever its protection says, and lets everything follow: activity log, webhooks, pull requests. */
export async function moveRef(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  move: RefMove & { as?: Activity['type'] },
): Promise<void> {
  const { ref, before, after, forced } = move;
  if (before === after) return;
  await repository.git.setRef(ref, after);
  // What is neither branch nor tag (notes, say) moves without a word.
  if (!/^refs\/(heads|tags)\//.test(ref)) return;
  repository.pushedAt = github.now();
  const event = { before: before ?? NO_COMMIT, after: after ?? NO_COMMIT };
  repository.activities.push({
    id: github.nextId(),
    type: activityType(move),
    ref,
    ...event,
    actor: performer.user,
    timestamp: github.now(),
  });
  await github.publish({ event: 'push', repository, sender: performer.user, ref, ...event, forced });
  if (!ref.startsWith('refs/heads/')) return;
  const branch = ref.slice('refs/heads/'.length);
  await followBranch(github, repository, performer, { ...move, branch });
  if (after !== null) await openSuites(github, repository, performer, { branch, before, after });
}

function activityType(move: Parameters<typeof moveRef>[3]): Activity['type'] {
  if (move.before === null) return 'branch_creation';
  if (move.after === null) return 'branch_deletion';
  if (move.as) return move.as;
  return move.forced ? 'force_push' : 'push';
}

/** Pull requests from the branch, here or upstream, follow it; those into it may be merged by it. */
async function followBranch(
  github: GitHub,
  repository: Repository,
  performer: Performer,
  move: RefMove & { branch: string },
): Promise<void> {
  const { branch, before, after } = move;
  const network = [repository, repository.parent].filter((one) => one !== null);
  // A branch that is made or deleted is the base of nothing open.
  const brought = new Set(
    before === null || after === null ? [] : await commitsBetween(repository.git, before, after),
  );
  for (const into of network)
    for (const pull of pullsOf(into).filter(({ state }) => state === 'open')) {
      const isHead = pull.head.repositoryId === repository.id && pull.head.ref === branch;
      const isBase = into === repository && pull.base.ref === branch;
      if (!isHead && !isBase) continue;
      if (after === null) await closePull(github, into, performer, pull);
      else if (isHead) await followHead(github, into, performer, pull, { after, forced: move.forced });
      else if (brought.has(pull.head.sha)) await markMerged(github, into, performer, pull, after);
    }
}
