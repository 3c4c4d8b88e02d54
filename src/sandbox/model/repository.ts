import type { GitRepository } from '../git/repository.ts';
import type { Level, Organization } from './account.ts';
import type { Activity } from './activity.ts';
import type { CheckRun, CheckSuite } from './check.ts';
import type { IssueComment } from './comment.ts';
import type { QueueEntry } from './merge-queue.ts';
import type { Protection } from './protection.ts';
import type { Label, Pull } from './pull.ts';
import type { Reaction } from './reaction.ts';
import type { Ruleset } from './ruleset.ts';
import type { AsyncMerge, Stack } from './stack.ts';
import type { Status } from './status.ts';

export interface Repository {
  id: number;
  name: string;
  owner: Organization;
  /** What it is a fork of. */
  parent: Repository | null;
  private: boolean;
  defaultBranch: string;
  settings: RepositorySettings;
  createdAt: Date;
  pushedAt: Date;
  git: GitRepository;
  /** Direct collaborators, by user id. */
  collaborators: Map<number, Level>;
  /** By id. */
  rulesets: Map<number, Ruleset>;
  /** By branch. */
  protection: Map<string, Protection>;
  /** By number. */
  pulls: Map<number, Pull>;
  labels: Map<string, Label>;
  comments: IssueComment[];
  reactions: Reaction[];
  checkSuites: CheckSuite[];
  checkRuns: CheckRun[];
  /** Too old to count for anything; for a few days one may still look at them. */
  archivedCheckRuns: CheckRun[];
  /** Oldest first. */
  statuses: Status[];
  /** By number. */
  stacks: Map<number, Stack>;
  /** Merges in the background, by UUID. */
  asyncMerges: Map<string, AsyncMerge>;
  /** Those who wait to be merged, by branch. */
  mergeQueues: Map<string, QueueEntry[]>;
  /** Oldest first. */
  activities: Activity[];
  /** Commits that GitHub signed, and when. */
  signedAt: Map<string, Date>;
}

/** What an administrator may switch, as the API names it. */
export interface RepositorySettings {
  allow_auto_merge: boolean;
  /** A branch is deleted once its pull request is merged. */
  delete_branch_on_merge: boolean;
}

/** A repository in which nothing has happened yet. */
export function newRepository(
  github: { now(): Date },
  wanted: Pick<Repository, 'id' | 'name' | 'owner' | 'parent' | 'private' | 'defaultBranch' | 'git'>,
): Repository {
  return {
    ...wanted,
    settings: { allow_auto_merge: false, delete_branch_on_merge: false },
    createdAt: github.now(),
    pushedAt: github.now(),
    collaborators: new Map(),
    rulesets: new Map(),
    protection: new Map(),
    pulls: new Map(),
    labels: new Map(),
    comments: [],
    reactions: [],
    checkSuites: [],
    checkRuns: [],
    archivedCheckRuns: [],
    statuses: [],
    stacks: new Map(),
    asyncMerges: new Map(),
    mergeQueues: new Map(),
    activities: [],
    signedAt: new Map(),
  };
}

export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.name}`;
}

export function pullsOf(repository: Repository): Pull[] {
  return [...repository.pulls.values()];
}
