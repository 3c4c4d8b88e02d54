import { commitsBetween, isAncestor } from '../git/history.ts';
import type { Performer } from './app.ts';
import { unmetChecks } from './check-rules.ts';
import { demandsOn, type Demands } from './demands.ts';
import type { Pull } from './pull.ts';
import { pullCommits } from './pull-changes.ts';
import type { Repository } from './repository.ts';
import { unmetReviews } from './review-rules.ts';

const NOT_AUTHORIZED =
  "You're not authorized to push to this branch. Visit https://docs.github.com/articles/about-protected-branches/ for more information.";
const UNSIGNED = 'Commits must have verified signatures.';
const CANNOT_UPDATE = 'Cannot update this protected ref.';
const QUEUE_ONLY = 'Changes must be made through the merge queue';

/** A ref that moves, is made (`before` null) or deleted (`after` null). */
export interface RefMove {
  ref: string;
  before: string | null;
  after: string | null;
  /** Not a fast-forward. */
  forced: boolean;
}

/** What one ruleset, or the protection, has against a move; `bypassed`: it holds others, and not this performer. */
export interface Violation {
  by: Demands['by'];
  reasons: string[];
  bypassed: boolean;
}

/** What is against a push. */
export async function pushViolations(
  repository: Repository,
  performer: Performer,
  move: RefMove,
): Promise<Violation[]> {
  const violations = await Promise.all(
    demandsOn(repository, move.ref).map(async (demands): Promise<Violation[]> => {
      const bypassed = demands.bypass(performer) === 'always';
      const hard = forbidden(demands, move);
      const soft = await unmetByPush(repository, demands, performer, move);
      if (demands.firm && bypassed && hard.length > 0)
        return [{ by: demands.by, reasons: hard, bypassed: false }];
      return [{ by: demands.by, reasons: [...hard, ...soft], bypassed }];
    }),
  );
  return violations.flat().filter(({ reasons }) => reasons.length > 0);
}

function forbidden({ forbids, by }: Demands, { before, after, forced }: RefMove): string[] {
  const noun = by === 'ruleset' ? 'branch' : 'protected branch';
  if (after === null) return forbids.has('deletion') ? [`Cannot delete this ${noun}`] : [];
  if (before === null)
    return forbids.has('creation') ? ['Cannot create ref due to creations being restricted.'] : [];
  return [
    ...(forced && forbids.has('force') ? [`Cannot force-push to this ${noun}`] : []),
    ...(forbids.has('update') ? [CANNOT_UPDATE] : []),
  ];
}

async function unmetByPush(
  repository: Repository,
  demands: Demands,
  performer: Performer,
  { before, after }: RefMove,
): Promise<string[]> {
  if (after === null) return [];
  const made = before === null;
  const unsigned = demands.signatures && (await bringsUnsigned(repository, before, after));
  return [
    ...(demands.mayPush(performer) ? [] : [NOT_AUTHORIZED]),
    // A ruleset lets a branch begin where it stands; what comes later goes through a pull request.
    ...(demands.review && !(made && demands.by === 'ruleset')
      ? ['Changes must be made through a pull request.']
      : []),
    ...(demands.queue && !made ? [QUEUE_ONLY] : []),
    ...(made && !demands.checksOnCreate ? [] : unmetChecks(repository, demands, after)),
    ...(unsigned ? [UNSIGNED] : []),
    ...(demands.linear && (await bringsMerges(repository, before, after))
      ? ['This branch must not contain merge commits.']
      : []),
  ];
}

/** What keeps this performer from merging a pull request in this way. */
export async function mergeViolations(
  repository: Repository,
  performer: Performer,
  pull: Pull,
  method: 'merge' | 'squash' | 'rebase',
): Promise<Violation[]> {
  const violations = await Promise.all(
    demandsOn(repository, `refs/heads/${pull.base.ref}`).map(async (demands): Promise<Violation> => {
      const reasons = await unmet(repository, demands, pull);
      if (!demands.mayPush(performer)) reasons.push(NOT_AUTHORIZED);
      if (demands.forbids.has('update')) reasons.push(CANNOT_UPDATE);
      if (demands.queue) reasons.push(QUEUE_ONLY);
      reasons.push(...(await unmetByMethod(repository, demands, performer, pull, method)));
      return { by: demands.by, reasons, bypassed: demands.bypass(performer) !== 'never' };
    }),
  );
  return violations.filter(({ reasons }) => reasons.length > 0);
}

async function unmetByMethod(
  repository: Repository,
  { review, linear, signatures }: Demands,
  { user }: Performer,
  pull: Pull,
  method: 'merge' | 'squash' | 'rebase',
): Promise<string[]> {
  const allowed = (review?.methods ?? [method]).includes(method) && !(linear && method === 'merge');
  // GitHub signs a merge, and a squash for its author alone; what it rebases it cannot sign.
  const signed =
    method === 'merge'
      ? (await pullCommits(repository, pull)).every((sha) => repository.signedAt.has(sha))
      : method === 'squash' && user === pull.author;
  return [
    ...(allowed ? [] : [`Merge method ${method} is not allowed on this branch.`]),
    ...(signatures && !signed ? [UNSIGNED] : []),
  ];
}

/** What the base still asks of a pull request, whoever wants to merge it. */
export async function unmetRules(repository: Repository, pull: Pull): Promise<string[]> {
  const all = demandsOn(repository, `refs/heads/${pull.base.ref}`);
  return (await Promise.all(all.map((demands) => unmet(repository, demands, pull)))).flat();
}

async function unmet(repository: Repository, demands: Demands, pull: Pull): Promise<string[]> {
  const reasons = unmetChecks(repository, demands, pull.head.sha);
  if (demands.upToDate && !(await hasTip(repository, pull))) reasons.push('Head branch is out of date');
  if (!demands.review) return reasons;
  return [...reasons, ...(await unmetReviews(repository, demands.review, pull))];
}

/** What the base asks of a pull request before it may wait in its queue: to be up to date is the queue's own work. */
export async function unmetToEnqueue(repository: Repository, pull: Pull): Promise<string[]> {
  const all = demandsOn(repository, `refs/heads/${pull.base.ref}`).map((demands) =>
    Object.assign({}, demands, { upToDate: false }),
  );
  return (await Promise.all(all.map((demands) => unmet(repository, demands, pull)))).flat();
}

/** What the base asks of a pull request that waits in its queue, where checks run on its group instead of its head. */
export async function unmetInQueue(repository: Repository, pull: Pull): Promise<string[]> {
  const asked = demandsOn(repository, `refs/heads/${pull.base.ref}`).flatMap(({ review }) => review ?? []);
  return (await Promise.all(asked.map((review) => unmetReviews(repository, review, pull)))).flat();
}

/** Whether the base asks for its tip to be in the head, and it is not. */
export async function isBehind(repository: Repository, pull: Pull): Promise<boolean> {
  const asked = demandsOn(repository, `refs/heads/${pull.base.ref}`).some(({ upToDate }) => upToDate);
  return asked && !(await hasTip(repository, pull));
}

async function hasTip({ git }: Repository, pull: Pull): Promise<boolean> {
  const tip = await git.commitSha(`refs/heads/${pull.base.ref}`);
  return tip === undefined || isAncestor(git, tip, pull.head.sha);
}

async function newCommits(repository: Repository, before: string | null, after: string): Promise<string[]> {
  const { git, defaultBranch } = repository;
  const from = before ?? (await git.commitSha(`refs/heads/${defaultBranch}`));
  return from === undefined ? [] : commitsBetween(git, from, after);
}

async function bringsUnsigned(
  repository: Repository,
  before: string | null,
  after: string,
): Promise<boolean> {
  return (await newCommits(repository, before, after)).some((sha) => !repository.signedAt.has(sha));
}

async function bringsMerges(repository: Repository, before: string | null, after: string): Promise<boolean> {
  const commits = await Promise.all(
    (await newCommits(repository, before, after)).map((sha) => repository.git.commit(sha)),
  );
  return commits.some(({ parents }) => parents.length > 1);
}

/** GitHub's words for what is against a push or a merge; undefined where nothing is, or all of it is bypassed. */
export function refusalText(violations: readonly Violation[]): string | undefined {
  const open = violations.filter(({ bypassed }) => !bypassed);
  if (open.length === 0) return undefined;
  const reasons = open.flatMap(({ reasons: these }) => these);
  if (open.every(({ by }) => by === 'protection')) return reasons.join(' ');
  return `Repository rule violations found\n\n${reasons.join('\n')}\n\n`;
}
