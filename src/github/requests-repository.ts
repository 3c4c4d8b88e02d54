import type { ProbotOctokit } from 'probot';

export type GitHubClient = InstanceType<typeof ProbotOctokit>;

/** A requests repository as the operator bound it, with a client that acts as the app's installation there. */
export interface RequestsRepository {
  readonly id: number;
  readonly owner: string;
  readonly repo: string;
  /** The default branch, whose content is what was decided. */
  readonly branch: string;
  /** The repository's id in GraphQL. */
  readonly nodeId: string;
  readonly octokit: GitHubClient;
  /** The app's own id: what bears it was written by the app. */
  readonly appId: number;
}

/** The two parameters that every call on the repository takes. */
export function named({ owner, repo }: RequestsRepository): { owner: string; repo: string } {
  return { owner, repo };
}

/** Whether GitHub answered the call with this status: an answer, where any other failure is none. */
export function answered(error: unknown, ...statuses: number[]): boolean {
  return (
    error instanceof Error &&
    'status' in error &&
    typeof error.status === 'number' &&
    statuses.includes(error.status)
  );
}

/** GitHub's answer, or `null` where it says that there is no such thing. Any other failure throws. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (answered(error, 404)) return null;
    throw error;
  }
}

/** What GitHub does not give whole, or not at all, and what to do about it. Decided on, it would be an empty answer. */
export class Unjudgeable extends Error {}
