import { randomUUID } from 'node:crypto';
import type { GitHub } from '../model/github.ts';
import { Refusal } from '../model/refusal.ts';
import type { Repository } from '../model/repository.ts';
import type { AsyncMerge } from '../model/stack.ts';
import { mergeUpTo } from './stack-merge.ts';

/** Notes a merge for the background; the one that is pending already stays. */
export function requestMerge(
  repository: Repository,
  wanted: Omit<AsyncMerge, 'uuid' | 'result'>,
): { merge: AsyncMerge; known: boolean } {
  const pending = [...repository.asyncMerges.values()].find(
    ({ pull, result }) => pull === wanted.pull && result.status === 'pending',
  );
  if (pending) return { merge: pending, known: true };
  const merge: AsyncMerge = { ...wanted, uuid: randomUUID(), result: { status: 'pending' } };
  repository.asyncMerges.set(merge.uuid, merge);
  return { merge, known: false };
}

/** Runs the merges that wait in the background; a refusal is their result. */
export async function runMerges(github: GitHub, repository: Repository): Promise<void> {
  for (const merge of repository.asyncMerges.values()) {
    if (merge.result.status !== 'pending') continue;
    try {
      merge.result = await mergeUpTo(github, repository, merge);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      merge.result = { status: 'failed', message: error.message };
    }
  }
}
