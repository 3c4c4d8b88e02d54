import { appendEvent } from '../database/audit-events.ts';
import type { Queryable } from '../database/connect.ts';
import { heldRemovals, holdBack, releaseHeld } from '../database/removals.ts';
import { liveGrants } from '../database/grants.ts';
import type { Grant } from '../grants/grant.ts';
import { beyondLimit, type RemovalReason } from '../grants/removal-limit.ts';
import type { Instant } from '../requests/instant.ts';
import type { Parts } from './parts.ts';
import { writeRecords } from './tasks.ts';

/** What ends grants of a repository, other than their time. */
interface Run {
  readonly repositoryId: number;
  readonly because: RemovalReason;
  readonly now: Instant;
  /** The commit that took the entries out. */
  readonly branchSha?: string;
}

/** The ids of the grants whose removal waits for a person's word, those included that this run would end beyond the limit. */
export async function holdRemovals(
  { removalLimit, queue, log }: Pick<Parts, 'removalLimit' | 'queue' | 'log'>,
  trx: Queryable,
  { repositoryId, because, now, branchSha }: Run,
  ends: (grant: Grant) => boolean,
): Promise<ReadonlySet<string>> {
  const running = (await liveGrants(trx, repositoryId)).filter(({ expiresAt }) => expiresAt > now);
  const before = await heldRemovals(trx, { repositoryId, because });
  const held = new Set(before.map(({ grant }) => grant.id));
  const excess = beyondLimit(removalLimit, because, running, ends, held);
  if (!excess) return held;
  const { grants, hit, all } = excess;
  const ids = grants.map(({ id }) => id);
  const { seq } = await appendEvent(trx, {
    at: now,
    kind: 'removal-held',
    repositoryId,
    pull: null,
    grantId: null,
    subject: `${hit} of ${all} ${whose[because]} at once: ${grants.length} grants wait for a person's word`,
    details: { because, branchSha, limit: removalLimit, grants: ids },
  });
  await holdBack(trx, seq, because, grants);
  await queue.send(trx, writeRecords(repositoryId));
  log.error(
    { repositoryId, removal: seq, because, hit, all, grants: grants.length },
    'more would end at once than the removal limit allows: `countersign removals` lists them',
  );
  return new Set([...held, ...ids]);
}

const whose = { returned: 'entries would end', left: 'holders would lose their access' } as const;

/** Lets grants stay whose removal was held, and is not asked for any more. */
export async function liftRemovals(
  { queue }: Pick<Parts, 'queue'>,
  trx: Queryable,
  { repositoryId, because, now }: Run,
  stays: (grant: Grant) => boolean,
): Promise<void> {
  const held = await heldRemovals(trx, { repositoryId, because });
  const staying = held.map(({ grant }) => grant).filter(stays);
  if (staying.length === 0) return;
  await releaseHeld(trx, because, staying);
  await appendEvent(trx, {
    at: now,
    kind: 'removal-lifted',
    repositoryId,
    pull: null,
    grantId: null,
    subject: `${staying.length} grants stay that were to end: ${why[because]}`,
    details: { because, grants: staying.map(({ id }) => id) },
  });
  await queue.send(trx, writeRecords(repositoryId));
}

const why = { returned: 'their entries stand again', left: 'who holds them is there again' } as const;
