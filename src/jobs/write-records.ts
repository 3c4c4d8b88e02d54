import { recordOf } from '../audit/record.ts';
import { setRecord, unrecorded } from '../database/audit-events.ts';
import { appendRecords } from '../github/records-branch.ts';
import type { Parts } from './parts.ts';
import { writeRecords, type Tasks } from './tasks.ts';

/** So many records go into one commit at most. */
const batch = 100;

/** Appends what the audit log holds and git does not yet to the records branch, and notes which commit holds it. */
export async function writeRecordsTask(
  parts: Parts,
  { repositoryId }: Tasks['write-records'],
): Promise<void> {
  const { db, queue } = parts;
  const events = await unrecorded(db, repositoryId, batch);
  if (events.length === 0) return;
  const { repository, git } = await parts.workplace(repositoryId);
  const commit = await appendRecords(repository, git, events.map(recordOf));
  await db.transaction().execute(async (trx) => {
    for (const event of events) await setRecord(trx, event.seq, { path: recordOf(event).path, commit });
    if (events.length === batch) await queue.send(trx, writeRecords(repositoryId));
  });
}
