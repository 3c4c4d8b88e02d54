import { appendEvent } from '../database/audit-events.ts';
import { heldRemovals, releaseHeld } from '../database/removals.ts';
import { repositoryById } from '../database/repositories.ts';
import type { Grant } from '../grants/grant.ts';
import { takeBack } from './move-grant.ts';
import type { Parts } from './parts.ts';
import { takeFromLeaver } from './take-from-leavers.ts';
import { announcePull, applyGrants, writeRecords } from './tasks.ts';

/** Ends, on a person's word, what the removal limit held back, and gives it: nothing, where nothing is held by that number. */
export async function confirmRemoval(
  { db, queue, clock }: Pick<Parts, 'db' | 'queue' | 'clock'>,
  removal: number,
): Promise<readonly Grant[]> {
  return db.transaction().execute(async (trx) => {
    const held = await heldRemovals(trx, { removal });
    const [first] = held;
    if (!first) return [];
    const now = clock.now();
    const { repositoryId } = first.grant;
    const grants = held.map(({ grant }) => grant);
    const after = (await repositoryById(trx, repositoryId))?.headSha ?? '';
    await appendEvent(trx, {
      at: now,
      kind: 'removal-confirmed',
      repositoryId,
      pull: null,
      grantId: null,
      subject: `A person had ${grants.length} grants end that the removal limit held back`,
      details: { removal, grants: grants.map(({ id }) => id) },
    });
    for (const { grant, because } of held) {
      await (because === 'left'
        ? takeFromLeaver(trx, grant, now)
        : takeBack(trx, grant, { repositoryId, after, now }));
    }
    await releaseHeld(trx, first.because, grants);
    await queue.send(trx, [
      ...grants.flatMap((grant) => [applyGrants(grant), announcePull(repositoryId, grant.pull)]),
      writeRecords(repositoryId),
    ]);
    return grants;
  });
}
