import type { GitHub } from '../model/github.ts';
import { runMerges } from './async-merges.ts';
import { mergeWhatWaits } from './auto-merge.ts';
import { advanceQueues } from './merge-queue.ts';

/** What GitHub does of itself after each change: runs merges in the background, merges what was to be merged as soon as it may be, and moves the merge queues. */
export async function followUp(github: GitHub): Promise<void> {
  for (const repository of github.repositories.values()) {
    await runMerges(github, repository);
    await mergeWhatWaits(github, repository);
    await advanceQueues(github, repository);
  }
}
