import type { Holding } from '../grants/grant.ts';

/**
 * Everything the app does in the background, by name. A task only says where to look: it reads the facts itself, so it can be run
 * twice, late, or out of order.
 */
export interface Tasks {
  /** Evaluate a pull request and publish its two checks. */
  'evaluate-pull': { readonly repositoryId: number; readonly pull: number };
  /** Evaluate what a merge queue would land, on the branch that it made for it, and publish the two checks there. */
  'evaluate-group': { readonly repositoryId: number; readonly branch: string };
  /** Store a review with the digest that its author saw, and evaluate the pull request; `headSha`: the commit it was submitted for. */
  'store-review': {
    readonly repositoryId: number;
    readonly pull: number;
    readonly reviewId: number;
    readonly headSha: string | null;
  };
  /** Look whether what a merged pull request was given in an emergency was reviewed. */
  'review-emergency': { readonly repositoryId: number; readonly pull: number };
  /** Decide on what changed on the default branch since the last decision. */
  'decide-merge': { readonly repositoryId: number };
  /** Decide once more on what a pull request was granted and could not be given at once. */
  'decide-again': { readonly repositoryId: number; readonly pull: number };
  /** Bring every holding of a connection that is due to what its grants say. */
  'apply-grants': Pick<Holding, 'connection'>;
  /** Send these: what follows from many grants at once. */
  'hand-out': { readonly tasks: readonly Task[] };
  /** Bring a revert pull request to what the branch needs: open it, write it anew, or settle it. */
  'tend-revert': { readonly revertId: string; readonly branch: string | null };
  /** Merge a pull request that is approved, where the settings leave that to the app. */
  'merge-approved': { readonly repositoryId: number; readonly pull: number };
  /** Merge a revert pull request whose checks stand. */
  'merge-revert': { readonly revertId: string };
  /** Take back what those hold who left the organization, or the team that it was granted to: a webhook told of one, or it is time to look. */
  'take-from-leavers': { readonly repositoryId: number; readonly why: 'told' | 'swept' };
  /** Find what no webhook told. */
  sweep: { readonly repositoryId: number };
  /** Ask GitHub again for deliveries that failed. */
  'redeliver-failed': Readonly<Record<string, never>>;
  /** Say on a pull request what became of its grants. */
  'announce-pull': { readonly repositoryId: number; readonly pull: number };
  /** Append what the audit log holds and git does not yet. */
  'write-records': { readonly repositoryId: number };
}

export type TaskName = keyof Tasks;

/** What nothing would find again if it were given up: decisions, revocations, reverts and records are tried until they are done. */
export const neverGivenUp: readonly TaskName[] = [
  'decide-merge',
  'decide-again',
  'apply-grants',
  'hand-out',
  'take-from-leavers',
  'tend-revert',
  'write-records',
];

/** What waits for nobody: tasks that ask GitHub can wait for it for an hour, and anybody can bring about any number of them. */
export const urgent: readonly TaskName[] = ['apply-grants'];

/** What changes who has access goes before what only tells of it, however many pull requests are to be evaluated. */
export const early: readonly TaskName[] = ['decide-merge', 'decide-again', 'take-from-leavers'];

/** For how many seconds tasks wait for their likes: a commit of records costs as much for one as for many, and what was decided is given at once. */
export const gathered: Partial<Record<TaskName, number>> = { 'write-records': 10, 'announce-pull': 2 };

/** One task to do. Tasks of the same key never run at the same time. */
export type Task = {
  [Name in TaskName]: {
    readonly name: Name;
    readonly key: string;
    readonly singletonKey?: string;
    readonly data: Tasks[Name];
  };
}[TaskName];

export const evaluatePull = (repositoryId: number, pull: number): Task => ({
  name: 'evaluate-pull',
  key: `${repositoryId}/${pull}`,
  data: { repositoryId, pull },
});

export const evaluateGroup = (repositoryId: number, branch: string): Task => ({
  name: 'evaluate-group',
  key: `${repositoryId}/${branch}`,
  data: { repositoryId, branch },
});

export const storeReview = (data: Tasks['store-review']): Task => ({
  name: 'store-review',
  key: `${data.repositoryId}/${data.pull}`,
  singletonKey: `${data.repositoryId}/${data.pull}/${data.reviewId}`,
  data,
});

export const reviewEmergency = (repositoryId: number, pull: number): Task => ({
  name: 'review-emergency',
  key: `${repositoryId}/${pull}`,
  data: { repositoryId, pull },
});

export const decideMerge = (repositoryId: number): Task => ({
  name: 'decide-merge',
  key: `decide ${repositoryId}`,
  data: { repositoryId },
});

export const decideAgain = (repositoryId: number, pull: number): Task => ({
  name: 'decide-again',
  key: `${repositoryId}/${pull}`,
  data: { repositoryId, pull },
});

/** One at a time for each connection: a target that does not answer takes no more than one place. */
export const applyGrants = ({ connection }: Pick<Holding, 'connection'>): Task => ({
  name: 'apply-grants',
  key: `connection ${connection}`,
  data: { connection },
});

/** `id`: a UUID of its own. Two that wait under one key would be one, and the tasks of the other lost. */
export const handOut = (tasks: readonly Task[], id: string): Task => ({
  name: 'hand-out',
  key: `hand-out ${id}`,
  data: { tasks },
});

/** `branch`: the one that the revert has; those that have one in common are tended together. */
export const tendRevert = (revertId: string, branch: string | null = null): Task => ({
  name: 'tend-revert',
  key: branch ?? revertId,
  data: { revertId, branch },
});

export const mergeRevert = (revertId: string, branch: string | null): Task => ({
  name: 'merge-revert',
  key: branch ?? revertId,
  data: { revertId },
});

export const mergeApproved = (repositoryId: number, pull: number): Task => ({
  name: 'merge-approved',
  key: `${repositoryId}/${pull}`,
  data: { repositoryId, pull },
});

export const takeFromLeavers = (repositoryId: number, why: 'told' | 'swept'): Task => ({
  name: 'take-from-leavers',
  key: `leavers ${repositoryId}`,
  singletonKey: `${why} ${repositoryId}`,
  data: { repositoryId, why },
});

export const sweep = (repositoryId: number): Task => ({
  name: 'sweep',
  key: `sweep ${repositoryId}`,
  data: { repositoryId },
});

export const redeliverFailed: Task = { name: 'redeliver-failed', key: 'redeliver-failed', data: {} };

export const announcePull = (repositoryId: number, pull: number): Task => ({
  name: 'announce-pull',
  key: `${repositoryId}/${pull}`,
  data: { repositoryId, pull },
});

export const writeRecords = (repositoryId: number): Task => ({
  name: 'write-records',
  key: `records ${repositoryId}`,
  data: { repositoryId },
});
